/** Sends test messages to the configured channels. */
import { FailureError, UsageError } from "../../contract/errors.ts";
import { TEST_NOTICE } from "../../core/alerting/notice.ts";
import type { Channel } from "../../core/alerting/ports.ts";

interface ChannelResources {
  readonly channels: ReadonlyMap<string, Channel>;
  readonly signal: AbortSignal;
}

/** Sends a test message. Throws `UsageError` for an unknown name, `FailureError` with the service's reason. */
export async function testChannel({ channels, signal }: ChannelResources, name: string): Promise<void> {
  const channel = channels.get(name);
  if (channel === undefined) {
    const known =
      channels.size === 0 ? "there are none yet" : `channels are: ${[...channels.keys()].join(", ")}`;
    throw new UsageError(`there is no channel named "${name}"; ${known}`);
  }
  const outcome = await channel.send(TEST_NOTICE, signal);
  if (outcome.kind !== "sent") throw new FailureError(`channel "${name}": ${outcome.reason}`);
}
