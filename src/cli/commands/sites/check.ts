/** `sitewire check`: check each site once. */
import type { Command } from "commander";
import type { CheckResult } from "../../../contract/checks/check-result.ts";
import type { Site } from "../../../contract/checks/site.ts";
import type { SiteTrace } from "../../../core/checking/trace.ts";
import { siteLabel } from "../../../core/sites/named-sites.ts";
import { resultPrinter } from "../../print-results.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";
import { traceLines } from "../../trace-lines.ts";
import { addSiteOptions, type SiteOptions } from "./site-options.ts";

interface CheckCommandOptions extends SiteOptions, GlobalOptions {
  readonly json?: boolean;
  readonly publish?: boolean;
  readonly verbose?: boolean;
}

export function addCheckCommand(program: Command, terminal: Terminal): void {
  addSiteOptions(
    program
      .command("check")
      .description("check each site once; exit 0 if none is down, 1 if any is down, 2 on wrong usage")
      .argument("[url...]", "sites to check (default: those of sitewire.yaml, else AV_BASE_URL)"),
  )
    .option("--publish", "publish the results to Kafka and wait for acknowledgement")
    .option(
      "--verbose",
      "show each attempt on standard error: addresses, TLS, request and response headers, phases",
    )
    .option("--json", "print JSON lines")
    .addHelpText(
      "after",
      "\nWith --every, a result belongs to the current slot of that length: two runs in one slot give one result.",
    )
    .action(async (urls: string[], _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<CheckCommandOptions>();
      const results = await runCheck(terminal, options, urls);
      terminal.setExitCode(results.some(({ verdict }) => verdict === "down") ? 1 : 0);
    });
}

/** Prints each result as soon as it is available; with `--publish`, after all are acknowledged. */
async function runCheck(
  terminal: Terminal,
  options: CheckCommandOptions,
  urls: readonly string[],
): Promise<readonly CheckResult[]> {
  const { startApp } = await import("../../../apps/wiring/invocation.ts");
  const { namedSites } = await import("../../../apps/wiring/sites/watched-sites.ts");
  const { withCheckResources } = await import("../../../apps/wiring/sites/checking.ts");
  const { checkSites, publishResults } = await import("../../../apps/operations/sites/check.ts");
  const context = startApp("check", invocationOf(terminal, options));
  const { sites } = namedSites(context, { ...options, urls });
  const slot = options.every === undefined ? "now" : "running";
  const print = resultPrinter(terminal, options.json ?? false);
  const trace = options.verbose === true ? tracer(terminal, sites) : undefined;
  if (options.publish !== true) {
    return await withCheckResources(
      context,
      (resources) => checkSites(resources, { sites, slot, onResult: (result) => print([result]) }),
      trace,
    );
  }
  const { requiredKafka } = await import("../../../apps/wiring/event-log/event-log.ts");
  const { withResultsPublisher } = await import("../../../apps/wiring/event-log/opening-event-log.ts");
  const kafka = requiredKafka(context, "--publish");
  const results = await withCheckResources(
    context,
    (resources) => checkSites(resources, { sites, slot }),
    trace,
  );
  await withResultsPublisher(context, kafka, (log) => publishResults(log, results));
  print(results);
  return results;
}

/** With several sites, each line begins with the site's name. */
function tracer(terminal: Terminal, sites: readonly Site[]): SiteTrace {
  return (site, event) => {
    const label = sites.length > 1 ? `[${siteLabel(site)}] ` : "";
    const lines = traceLines(event).map((line) => `${label}${line}\n`);
    terminal.stderr.write(lines.join(""));
  };
}
