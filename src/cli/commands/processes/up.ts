/** `sitewire up`: run all parts in one process. */
import type { Command } from "commander";
import { packageVersion } from "../../../apps/wiring/version.ts";
import { stepPrinter } from "../../print-incidents.ts";
import { resultPrinter } from "../../print-results.ts";
import { setUpLine } from "../../set-up-line.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";
import { addSiteOptions, type SiteOptions } from "../sites/site-options.ts";
import { LISTEN_OPTION, type ListenOptions, listenFlags } from "./listen-option.ts";

interface UpOptions extends SiteOptions, ListenOptions, GlobalOptions {
  readonly dashboard: boolean;
  readonly json?: boolean;
}

export function addUpCommand(program: Command, terminal: Terminal): void {
  addSiteOptions(
    program
      .command("up")
      .description("check sites, record results, send alerts and serve the dashboard, all in one process")
      .argument(
        "[url...]",
        "sites to check (default: those of sitewire.yaml, else AV_BASE_URL, and the sites table)",
      ),
  )
    .option(...LISTEN_OPTION)
    .option("--no-dashboard", "serve no dashboard and no API")
    .option("--json", "print JSON lines (the default when standard output is not a terminal)")
    .action(async (urls: string[], _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<UpOptions>();
      const json = options.json ?? terminal.stdout.isTTY !== true;
      const announce = (used: string): void => {
        terminal.stdout.write(`sitewire ${packageVersion()}: ${used}; Ctrl-C stops\n`);
      };
      const { runUp } = await import("../../../apps/processes/up.ts");
      await runUp(invocationOf(terminal, options, listenFlags(options)), {
        sites: { ...options, urls },
        // On a terminal it is printed above the results; otherwise it is logged.
        onStarted: json ? undefined : announce,
        onStored: resultPrinter(terminal, json),
        onIncident: stepPrinter(terminal, json),
        face: options.dashboard ? terminal.web.serve : null,
        onServed: json ? undefined : (url) => terminal.stdout.write(`dashboard  ${url}\n`),
        onSetUpLink: json ? undefined : (url) => terminal.stdout.write(setUpLine(url)),
      });
    });
}
