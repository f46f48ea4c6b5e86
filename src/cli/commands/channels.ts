/** `sitewire channels`: list and test alert channels. */
import type { Command } from "commander";
import { type GlobalOptions, invocationOf, type Terminal } from "../terminal.ts";

interface ChannelOptions extends GlobalOptions {
  readonly json?: boolean;
}

interface PreviewOptions extends GlobalOptions {
  readonly resolved?: boolean;
}

export function addChannelsCommand(program: Command, terminal: Terminal): void {
  const channels = program.command("channels").description("list and test alert channels");
  channels
    .command("list")
    .description("list the configured channels, without their secrets")
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
        terminal.stderr.write("no channels yet; add them to sitewire.yaml under: channels\n");
      }
    });
  channels
    .command("test")
    .description("send a test message; exit 1 with the service's reason if it is not accepted")
    .argument("<name>", "name of the channel")
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const { startApp } = await import("../../apps/wiring/invocation.ts");
      const { alertingOf } = await import("../../apps/wiring/alerting.ts");
      const { testChannel } = await import("../../apps/operations/channels.ts");
      const { channels: all } = await alertingOf(startApp("channels", invocationOf(terminal, options)));
      await testChannel({ channels: all, signal: terminal.signal, messageId: crypto.randomUUID() }, name);
      terminal.stdout.write(`sent to ${name}\n`);
    });
  channels
    .command("preview")
    .description("print the message of an example incident, without sending it and without secrets")
    .argument("<name>", "as listed")
    .option("--resolved", "of the incident's end")
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<PreviewOptions>();
      const { startApp } = await import("../../apps/wiring/invocation.ts");
      const { alertingOf } = await import("../../apps/wiring/alerting.ts");
      const { previewChannel } = await import("../../apps/operations/channels.ts");
      const alerting = await alertingOf(startApp("channels", invocationOf(terminal, options)));
      const kind = options.resolved === true ? "resolved" : "opened";
      terminal.stdout.write(`${previewChannel(alerting, name, kind)}\n`);
    });
}
