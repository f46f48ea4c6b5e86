/** `sitewire monitor`: check sites and write the results to the outbox. */
import type { Command } from "commander";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";
import { addSiteOptions, type SiteOptions } from "../sites/site-options.ts";

export function addMonitorCommand(program: Command, terminal: Terminal): void {
  addSiteOptions(
    program
      .command("monitor")
      .description("check sites at their slots and write every result to the outbox in the database")
      .argument("[url...]", "sites to check in addition to those of the sites table"),
  ).action(async (urls: string[], _options: unknown, command: Command) => {
    const options = command.optsWithGlobals<SiteOptions & GlobalOptions>();
    const { runMonitorApp } = await import("../../../apps/processes/monitor.ts");
    await runMonitorApp(invocationOf(terminal, options), { ...options, urls });
  });
}
