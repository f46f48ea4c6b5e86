/** `sitewire channels`: list, add, remove and test alert channels. */
import type { Command } from "commander";
import type { ChannelsResources, ListedChannel } from "../../../apps/operations/alerting/alert-channels.ts";
import { FailureError, UsageError } from "../../../contract/errors.ts";
import { changedBy } from "../../changed-by.ts";
import { onDatabase } from "../../on-database.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";

interface ChannelOptions extends GlobalOptions {
  readonly json?: boolean;
}

interface AddOptions extends GlobalOptions {
  readonly set: readonly string[];
}

interface PreviewOptions extends GlobalOptions {
  readonly resolved?: boolean;
}

export function addChannelsCommand(program: Command, terminal: Terminal): void {
  const channels = program.command("channels").description("list, add, remove and test alert channels");
  channels
    .command("list")
    .description("list the channels of sitewire.yaml and of the database, without their secrets")
    .option("--json", "print JSON lines")
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ChannelOptions>();
      const { listChannels } = await import("../../../apps/operations/alerting/alert-channels.ts");
      const all = await onChannels(terminal, options, listChannels);
      for (const channel of all) terminal.stdout.write(`${formatChannel(channel, options.json === true)}\n`);
      if (all.length === 0 && options.json !== true) {
        terminal.stderr.write(
          "no channels yet; add one: sitewire channels add NAME TYPE --set FIELD=VALUE\n",
        );
      }
    });
  channels
    .command("add")
    .description("add a channel to the database; its secrets are encrypted there")
    .argument("<name>", "letters, digits and hyphens")
    .argument("<type>", "such as webhook, slack or email")
    .option("--set <field=value...>", "a field of the type, such as url=https://example.org/hook", [])
    .action(async (name: string, type: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<AddOptions>();
      const { addChannel } = await import("../../../apps/operations/alerting/alert-channels.ts");
      const { recordChange } = await import("../../../apps/operations/accounts/audit.ts");
      const { channelNameSchema } = await import("../../../contract/api/alerting/channels.ts");
      if (!channelNameSchema.safeParse(name).success) {
        throw new UsageError(`the name is "${name}": must be letters, digits and hyphens`);
      }
      const settings = { ...parseFields(options.set), type };
      const by = changedBy(terminal);
      await onDatabase("channels", invocationOf(terminal, options), async ({ context, database }) => {
        const { channelsResources } = await import("../../../apps/wiring/alerting/channels.ts");
        const resources = channelsResources(context, database);
        const added = await addChannel(resources, { name, settings, by: by.actor.name });
        const target = { kind: "channel", id: name, name };
        const change = { action: "channel.added", target, before: null, after: added.settings };
        await recordChange(database, by, change);
      });
      terminal.stdout.write(`added ${name}\n`);
    });
  channels
    .command("remove")
    .description("remove a channel from the database")
    .argument("<name>", "as listed")
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const { findChannel, removeChannel } = await import(
        "../../../apps/operations/alerting/alert-channels.ts"
      );
      const { recordChange } = await import("../../../apps/operations/accounts/audit.ts");
      await onDatabase("channels", invocationOf(terminal, options), async ({ context, database }) => {
        const { channelsResources } = await import("../../../apps/wiring/alerting/channels.ts");
        const resources = channelsResources(context, database);
        const before = await findChannel(resources, name);
        await removeChannel(resources, { name, revision: undefined });
        const target = { kind: "channel", id: name, name };
        const change = { action: "channel.removed", target, before: before.settings, after: null };
        await recordChange(database, changedBy(terminal), change);
      });
      terminal.stdout.write(`removed ${name}\n`);
    });
  channels
    .command("test")
    .description("send a test message; exit 1 with the service's reason if it is not accepted")
    .argument("<name>", "name of the channel")
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const { openChannel } = await import("../../../apps/operations/alerting/alert-channels.ts");
      const { sendTest } = await import("../../../apps/operations/alerting/channels.ts");
      const channel = await onChannels(terminal, options, (all) => openChannel(all, { name }));
      const { signal } = terminal;
      const reason = await sendTest(channel, { signal, messageId: crypto.randomUUID() });
      if (reason !== null) throw new FailureError(`channel "${name}": ${reason}`);
      terminal.stdout.write(`sent to ${name}\n`);
    });
  channels
    .command("preview")
    .description("print the message of an example incident, without sending it and without secrets")
    .argument("<name>", "as listed")
    .option("--resolved", "of the incident's end")
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<PreviewOptions>();
      const { openChannel } = await import("../../../apps/operations/alerting/alert-channels.ts");
      const { previewOf } = await import("../../../apps/operations/alerting/channels.ts");
      const channel = await onChannels(terminal, options, (all) => openChannel(all, { name }));
      const kind = options.resolved === true ? "resolved" : "opened";
      terminal.stdout.write(`${previewOf(channel, kind)}\n`);
    });
}

/** Without a database there are the channels of the file. */
async function onChannels<T>(
  terminal: Terminal,
  options: GlobalOptions,
  work: (channels: ChannelsResources) => Promise<T>,
): Promise<T> {
  const { startApp } = await import("../../../apps/wiring/invocation.ts");
  const { channelsResources } = await import("../../../apps/wiring/alerting/channels.ts");
  const { noStoredSettings } = await import("../../../core/alerting/routing/stored-settings.ts");
  const { mayHoldSites } = await import("../../../apps/wiring/databases.ts");
  const invocation = invocationOf(terminal, options);
  const context = startApp("channels", invocation);
  if (!mayHoldSites(context))
    return await work(channelsResources(context, { alertSettings: noStoredSettings }));
  return await onDatabase("channels", invocation, ({ context: opened, database }) =>
    work(channelsResources(opened, database)),
  );
}

/** `oauth2.clientId=x` sets a field within a field; `to=a,b` is a list where the field takes one. */
function parseFields(given: readonly string[]): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const text of given) {
    const [, path = "", value = ""] = /^([A-Za-z0-9.]+)=(.*)$/s.exec(text) ?? [];
    if (path === "") throw new UsageError("--set must be field=value, such as url=https://example.org/hook");
    const [first = "", second] = path.split(".");
    // Only e-mail has a list: its receivers.
    const listed = first === "to" && value.includes("@");
    if (second === undefined) settings[first] = listed ? value.split(",") : value;
    else settings[first] = { ...Object(settings[first]), [second]: value };
  }
  return settings;
}

function formatChannel({ name, type, source, problem }: ListedChannel, asJson: boolean): string {
  if (asJson) return JSON.stringify({ name, type, source, problem });
  return [
    name,
    type,
    source === "file" ? "sitewire.yaml" : "database",
    ...(problem === null ? [] : [problem]),
  ].join("  ");
}
