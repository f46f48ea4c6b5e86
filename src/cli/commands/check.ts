/** `sitewire check`: one check of each site, now. */
import type { Command } from "commander";
import { resultPrinter } from "../print-results.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../terminal.ts";
import { addSiteOptions, type SiteOptions } from "./site-options.ts";

interface CheckCommandOptions extends SiteOptions, GlobalOptions {
  readonly json?: boolean;
  readonly publish?: boolean;
}

export function addCheckCommand(program: Command, terminal: Terminal): void {
  addSiteOptions(
    program
      .command("check")
      .description("check each site once, now; exit 0 all up, 1 any down, 2 wrong usage")
      .argument("[url...]", "sites to check (default: those of sitewire.yaml, else AV_BASE_URL)"),
  )
    .option("--publish", "send the results to Kafka and wait for the acknowledgement")
    .option("--json", "print JSON lines")
    .addHelpText(
      "after",
      "\nWith --every a result stands for the running slot of that length: run twice in it, it is one result.",
    )
    .action(async (urls: string[], _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<CheckCommandOptions>();
      const { runCheck } = await import("../../apps/operations/check.ts");
      const { anyDown } = await runCheck(invocationOf(terminal, options), {
        sites: { ...options, urls },
        publish: options.publish ?? false,
        onResults: resultPrinter(terminal, options.json ?? false),
      });
      terminal.setExitCode(anyDown ? 1 : 0);
    });
}
