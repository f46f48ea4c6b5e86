/** Sends test messages to the configured channels, and previews messages. */
import { FailureError, UsageError } from "../../contract/errors.ts";
import { exampleNotice, testNotice } from "../../core/alerting/example-notice.ts";
import type { ConfiguredChannel } from "../../core/alerting/ports.ts";

interface ChannelResources {
  /** Channels by name. */
  readonly channels: ReadonlyMap<string, ConfiguredChannel>;
}

interface TestResources extends ChannelResources {
  readonly signal: AbortSignal;
  /** Unique, so that services which drop duplicates accept each test. */
  readonly messageId: string;
}

/** Sends a test message. Throws `UsageError` for an unknown name, `FailureError` with the service's reason. */
export async function testChannel(
  { channels, signal, messageId }: TestResources,
  name: string,
): Promise<void> {
  const outcome = await named(channels, name).send(testNotice(messageId), signal);
  if (outcome.kind !== "sent") throw new FailureError(`channel "${name}": ${outcome.reason}`);
}

/** The message about an example incident, without secrets. Throws `UsageError` for an unknown name. */
export function previewChannel(
  { channels }: ChannelResources,
  name: string,
  kind: "opened" | "resolved",
): string {
  return named(channels, name).preview(exampleNotice(kind));
}

function named(channels: ReadonlyMap<string, ConfiguredChannel>, name: string): ConfiguredChannel {
  const channel = channels.get(name);
  if (channel !== undefined) return channel;
  const known =
    channels.size === 0 ? "there are none yet" : `channels are: ${[...channels.keys()].join(", ")}`;
  throw new UsageError(`there is no channel named "${name}"; ${known}`);
}
