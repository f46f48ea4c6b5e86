/** Sends test messages over a channel, and previews its messages. */

import type { ConfiguredChannel } from "../../../core/alerting/ports.ts";
import { exampleNotice, testNotice } from "../../../core/alerting/wording/example-notice.ts";
import type { NoticeKind } from "../../../core/alerting/wording/notice.ts";

interface TestOptions {
  readonly signal: AbortSignal;
  /** Unique, so that services which drop duplicates accept each test. */
  readonly messageId: string;
}

/** Returns why the service did not take the test message, without secrets; null when it did. */
export async function sendTest(
  channel: ConfiguredChannel,
  { signal, messageId }: TestOptions,
): Promise<string | null> {
  const outcome = await channel.send(testNotice(messageId), signal);
  return outcome.kind === "sent" ? null : outcome.reason;
}

/** The message about an example incident, without secrets. */
export function previewOf(channel: ConfiguredChannel, kind: NoticeKind): string {
  return channel.preview(exampleNotice(kind));
}
