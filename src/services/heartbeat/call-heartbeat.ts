/** Calls the URL of a dead man's switch, such as a check of healthchecks.io. */
import { messageOf } from "../../contract/errors.ts";

const TIMEOUT_MS = 10_000;

/**
 * Resolves with null when the service accepts the call, else with the reason, which does not contain the URL: whoever
 * knows it can keep the switch from firing. Never rejects.
 */
export async function callHeartbeat(url: string, signal: AbortSignal): Promise<string | null> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    const response = await fetch(url, { redirect: "error", signal: until });
    await response.body?.cancel();
    return response.ok ? null : `it answered ${response.status}`;
  } catch (error) {
    const { cause } = error instanceof Error ? error : { cause: undefined };
    return messageOf(cause ?? error).replaceAll(url, "***");
  }
}
