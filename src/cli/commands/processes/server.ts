/** `sitewire server`: serve the API and the dashboard. */
import type { Command } from "commander";
import { setUpLine } from "../../set-up-line.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";
import { LISTEN_OPTION, type ListenOptions, listenFlags } from "./listen-option.ts";

export function addServerCommand(program: Command, terminal: Terminal): void {
  program
    .command("server")
    .description("serve the dashboard and the API")
    .option(...LISTEN_OPTION)
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ListenOptions & GlobalOptions>();
      const invocation = invocationOf(terminal, options, listenFlags(options));
      const { runServerApp } = await import("../../../apps/processes/server.ts");
      const onTerminal = terminal.stdout.isTTY === true;
      await runServerApp(invocation, {
        face: terminal.web.serve,
        onSetUpLink: onTerminal ? (url) => terminal.stdout.write(setUpLine(url)) : undefined,
      });
    });
}
