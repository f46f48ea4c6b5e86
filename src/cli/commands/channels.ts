/** `sitewire channels`: how people are reached, and whether a message arrives. */
import type { Command } from "commander";
import { type GlobalOptions, invocationOf, type Terminal } from "../terminal.ts";

interface ChannelOptions extends GlobalOptions {
  readonly json?: boolean;
}

export function addChannelsCommand(program: Command, terminal: Terminal): void {
  const channels = program.command("channels").description("how people are reached");
  channels
    .command("list")
    .description("list the channels of the configuration, without their secrets")
    .option("--json", "print JSON lines")
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ChannelOptions>();
      const { startApp } = await import("../../apps/wiring/invocation.ts");
      const { configuration } = startApp("channels", invocationOf(terminal, options));
      const all = Object.entries(configuration.channels).map(([name, { type }]) => ({ name, type }));
      for (const { name, type } of all) {
        terminal.stdout.write(
          `${options.json === true ? JSON.stringify({ name, type }) : `${name}  ${type}`}\n`,
        );
      }
      if (all.length === 0 && options.json !== true) {
        terminal.stderr.write("no channels yet; add some to sitewire.yaml under: channels\n");
      }
    });
  channels
    .command("test")
    .description("send a test message, and say what the service answered")
    .argument("<name>", "as listed")
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const { startApp } = await import("../../apps/wiring/invocation.ts");
      const { alertingOf } = await import("../../apps/wiring/alerting.ts");
      const { testChannel } = await import("../../apps/operations/channels.ts");
      const { channels: all } = alertingOf(startApp("channels", invocationOf(terminal, options)));
      await testChannel({ channels: all, signal: terminal.signal }, name);
      terminal.stdout.write(`sent to ${name}\n`);
    });
}
