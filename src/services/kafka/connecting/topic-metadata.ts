/** Asks the cluster about one topic: how many partitions it has, or why it can't be used. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Base } from "../client-adapters/client.ts";
import { hasBrokerError, isUnknownTopic } from "../client-adapters/client-errors.ts";

export type TopicFinding =
  | { readonly partitions: number }
  /** The broker's error name. */
  | { readonly refusal: string };

/** A new topic is not known to every broker at once. */
const UNKNOWN_FOR_GOOD_AFTER_MS = 2_000;
const ASK_AGAIN_MS = 100;

/**
 * Retries for `patienceMs` while the topic is unknown. Rejects with the client's error when the cluster does not answer,
 * and with the signal's reason when it aborts.
 */
export async function partitionCountOf(
  client: Pick<Base, "metadata">,
  topic: string,
  signal: AbortSignal,
  patienceMs: number = UNKNOWN_FOR_GOOD_AFTER_MS,
): Promise<TopicFinding> {
  const askedAtMs = performance.now();
  for (;;) {
    signal.throwIfAborted();
    try {
      const { topics } = await client.metadata({ topics: [topic] });
      const found = topics.get(topic);
      if (found !== undefined && found.partitionsCount > 0) return { partitions: found.partitionsCount };
    } catch (error) {
      const refusal = refusalIn(error);
      if (refusal !== null) return { refusal };
      if (!isUnknownTopic(error)) throw error;
    }
    if (performance.now() - askedAtMs >= patienceMs) {
      return { refusal: "UNKNOWN_TOPIC_OR_PARTITION" };
    }
    await sleep(ASK_AGAIN_MS, undefined, { signal });
  }
}

function refusalIn(error: unknown): string | null {
  for (const name of ["TOPIC_AUTHORIZATION_FAILED", "INVALID_TOPIC_EXCEPTION"]) {
    if (hasBrokerError(error, name)) return name;
  }
  return null;
}
