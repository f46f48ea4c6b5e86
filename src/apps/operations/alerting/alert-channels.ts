/** Channels of sitewire.yaml and of the table: listed without secrets, added, changed, removed, tried. */
import { type ChannelSettings, channelSettingsSchema } from "../../../contract/alerting/channel-settings.ts";
import { FailureError, UsageError } from "../../../contract/errors.ts";
import { formatPath, type Problem, problemsOf } from "../../../contract/problems.ts";
import type { ConfiguredChannel } from "../../../core/alerting/ports.ts";
import type {
  AlertSettingsStore,
  SecretBox,
  StoredChannel,
} from "../../../core/alerting/routing/stored-settings.ts";
import {
  secretsSet,
  shownSettings,
  type WrittenSettings,
  withKeptSecrets,
} from "../../../core/alerting/sending/channel-secrets.ts";
import { RefusedError } from "../../../core/failures.ts";

export interface ChannelsResources {
  readonly alertSettings: AlertSettingsStore;
  /** Throws `UsageError` while there is no key. */
  readonly secretBox: () => SecretBox;
  readonly fileChannels: Readonly<Record<string, ChannelSettings>>;
  /** Throws `UsageError` for an invalid template. */
  readonly createChannel: (settings: ChannelSettings) => Promise<ConfiguredChannel>;
}

/** A channel without its secrets. */
export interface ListedChannel {
  readonly name: string;
  readonly type: string;
  readonly settings: WrittenSettings;
  /** Names of the secret fields that are set. */
  readonly secrets: readonly string[];
  readonly source: "table" | "file";
  /** Why it cannot be used; null when it can. */
  readonly problem: string | null;
  readonly updatedAtMs: number | null;
  readonly updatedBy: string | null;
  readonly revision: number;
}

/** A setting that a channel does not accept. */
export class InvalidChannelError extends UsageError {
  readonly problems: readonly Problem[];

  constructor(message: string, problems: readonly Problem[]) {
    super(message);
    this.problems = problems;
  }
}

/** Somebody else has changed it meanwhile. */
export class StaleChannelError extends FailureError {}

export class UnknownChannelError extends UsageError {}

/** By name; one of the file takes precedence over one of the table. */
export async function listChannels(resources: ChannelsResources): Promise<readonly ListedChannel[]> {
  const { fileChannels, alertSettings } = resources;
  const fromFile = Object.entries(fileChannels).map(([name, settings]) => ({
    ...shown(name, settings),
    source: "file" as const,
    problem: null,
    updatedAtMs: null,
    updatedBy: null,
    revision: 0,
  }));
  const stored = (await alertSettings.channels()).filter(({ name }) => !Object.hasOwn(fileChannels, name));
  return [...fromFile, ...stored.map((channel) => listed(resources, channel))].sort((one, other) =>
    one.name < other.name ? -1 : 1,
  );
}

/** Throws `UnknownChannelError`. */
export async function findChannel(resources: ChannelsResources, name: string): Promise<ListedChannel> {
  const found = (await listChannels(resources)).find((channel) => channel.name === name);
  if (found !== undefined) return found;
  throw new UnknownChannelError(`there is no channel named "${name}"`);
}

interface NewChannel {
  readonly name: string;
  readonly settings: WrittenSettings;
  readonly by: string;
}

/** Throws `InvalidChannelError`, and `FailureError` when the name is taken. */
export async function addChannel(
  resources: ChannelsResources,
  { name, settings, by }: NewChannel,
): Promise<ListedChannel> {
  const taken = new FailureError(`there is a channel named "${name}" already`);
  if (Object.hasOwn(resources.fileChannels, name)) throw taken;
  await checked(resources, settings);
  const added = await resources.alertSettings.addChannel(sealed(resources, { name, settings, by }));
  if (added === null) throw taken;
  return listed(resources, added);
}

/**
 * Secrets that `settings` leaves out stay. Throws `InvalidChannelError`, `StaleChannelError`, `UnknownChannelError`, and
 * `FailureError` for a channel of the file.
 */
export async function changeChannel(
  resources: ChannelsResources,
  { name, settings, by, revision }: NewChannel & { readonly revision: number | undefined },
): Promise<ListedChannel> {
  const merged = withKeptSecrets(settings, await settingsOfTable(resources, name));
  await checked(resources, merged);
  const change = sealed(resources, { name, settings: merged, by });
  const changed = await resources.alertSettings.changeChannel(change, revision);
  if (changed === null) throw new StaleChannelError(`somebody else has changed the channel "${name}"`);
  return listed(resources, changed);
}

/**
 * Throws `StaleChannelError`, `UnknownChannelError`, and `FailureError` for a channel of the file or one that a route
 * names.
 */
export async function removeChannel(
  resources: ChannelsResources,
  { name, revision }: { readonly name: string; readonly revision: number | undefined },
): Promise<void> {
  const { alertSettings } = resources;
  await tableChannel(resources, name);
  const { routes, onCall } = await alertSettings.routes();
  if (JSON.stringify([routes, onCall]).includes(JSON.stringify(name))) {
    throw new FailureError(`a route or a rotation names the channel "${name}": change that first`);
  }
  if (await alertSettings.removeChannel(name, revision)) return;
  throw new StaleChannelError(`somebody else has changed the channel "${name}"`);
}

/** The channel with its secrets, ready to send; `settings` replaces the saved ones. Throws as `changeChannel` does. */
export async function openChannel(
  resources: ChannelsResources,
  { name, settings }: { readonly name: string | undefined; readonly settings?: WrittenSettings | undefined },
): Promise<ConfiguredChannel> {
  const fromFile = name === undefined ? undefined : resources.fileChannels[name];
  if (fromFile !== undefined && settings === undefined) return await resources.createChannel(fromFile);
  if (name === undefined) return await checked(resources, settings ?? {});
  const saved = fromFile ?? (await settingsOfTable(resources, name));
  return await checked(resources, settings === undefined ? saved : withKeptSecrets(settings, saved));
}

/** The channels of the table that can be used, with their secrets, and what is wrong with the others. */
export function usableChannels(
  box: () => SecretBox,
  stored: readonly StoredChannel[],
): {
  readonly channels: Readonly<Record<string, ChannelSettings>>;
  readonly problems: Readonly<Record<string, string>>;
} {
  const channels: Record<string, ChannelSettings> = {};
  const problems: Record<string, string> = {};
  for (const channel of stored) {
    try {
      channels[channel.name] = channelSettingsSchema.parse(opened(box, channel));
    } catch (error) {
      problems[channel.name] = error instanceof Error ? error.message : String(error);
    }
  }
  return { channels, problems };
}

function listed({ secretBox }: ChannelsResources, channel: StoredChannel): ListedChannel {
  const { name, type, updatedAtMs, updatedBy, revision } = channel;
  const rest = { source: "table" as const, updatedAtMs, updatedBy, revision };
  try {
    return { ...shown(name, opened(secretBox, channel)), ...rest, problem: null };
  } catch (error) {
    if (!(error instanceof RefusedError || error instanceof UsageError)) throw error;
    return { name, type, settings: { type }, secrets: [], ...rest, problem: error.message };
  }
}

function shown(name: string, settings: WrittenSettings) {
  return {
    name,
    type: String(settings.type),
    settings: shownSettings(settings),
    secrets: secretsSet(settings),
  };
}

async function tableChannel(
  { fileChannels, alertSettings }: ChannelsResources,
  name: string,
): Promise<StoredChannel> {
  if (Object.hasOwn(fileChannels, name)) {
    throw new FailureError(`the channel "${name}" is in sitewire.yaml: change it there`);
  }
  const stored = (await alertSettings.channels()).find((channel) => channel.name === name);
  if (stored === undefined) throw new UnknownChannelError(`there is no channel named "${name}"`);
  return stored;
}

async function settingsOfTable(resources: ChannelsResources, name: string): Promise<WrittenSettings> {
  return opened(resources.secretBox, await tableChannel(resources, name));
}

async function checked(
  { createChannel }: ChannelsResources,
  settings: WrittenSettings,
): Promise<ConfiguredChannel> {
  const parsed = channelSettingsSchema.safeParse(settings);
  if (!parsed.success) {
    const problems = problemsOf(parsed.error);
    const lines = problems.map(({ path, message }) => `${formatPath(path)} ${message}`);
    throw new InvalidChannelError(lines.join("; "), problems);
  }
  return await createChannel(parsed.data);
}

function sealed({ secretBox }: ChannelsResources, { name, settings, by }: NewChannel) {
  const type = String(settings.type);
  return { name, type, by, sealed: secretBox().seal(JSON.stringify(settings), purposeOf(name)) };
}

function opened(box: () => SecretBox, { name, sealed: bytes }: StoredChannel): WrittenSettings {
  const value: unknown = JSON.parse(box().open(bytes, purposeOf(name)));
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** A row that is copied to another name does not open. */
function purposeOf(name: string): string {
  return `channel ${name}`;
}
