/**
 * How many partitions topics have, for all publishes of a publisher side by side. That a topic can't be used is
 * remembered for a moment, so that rows for it cost one request a second and not one each.
 */
import type { Base } from "../client-adapters/client.ts";
import { partitionCountOf, type TopicFinding } from "../connecting/topic-metadata.ts";

const REMEMBERED_MS = 1_000;
/** Of a topic that was missing before, a single answer says that it still is. */
const NO_PATIENCE_MS = 0;
const ANSWER_WITHIN_MS = 10_000;
const MOST_REMEMBERED = 10_000;
const LONGEST_NAME = 249;

interface Refusal {
  readonly finding: TopicFinding;
  readonly untilMs: number;
}

export class TopicLookup {
  readonly #refusals = new Map<string, Refusal>();
  readonly #asking = new Map<string, Promise<TopicFinding>>();

  /** Rejects with the client's error when the cluster can't be asked, and with the signal's reason when it aborts. */
  async find(client: Pick<Base, "metadata">, topic: string, signal: AbortSignal): Promise<TopicFinding> {
    if (!isTopicName(topic)) return { refusal: "INVALID_TOPIC_EXCEPTION" };
    const known = this.#refusals.get(topic);
    if (known !== undefined && performance.now() < known.untilMs) return known.finding;
    const asked = this.#asking.get(topic) ?? this.#ask(client, topic, known !== undefined);
    return await untilAborted(asked, signal);
  }

  /** For everyone who wants to know meanwhile. */
  #ask(client: Pick<Base, "metadata">, topic: string, wasMissing: boolean): Promise<TopicFinding> {
    const patienceMs = wasMissing ? NO_PATIENCE_MS : undefined;
    const bound = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const asked = untilAborted(partitionCountOf(client, topic, bound, patienceMs), bound)
      .then((finding) => this.#remember(topic, finding))
      .finally(() => this.#asking.delete(topic));
    this.#asking.set(topic, asked);
    return asked;
  }

  #remember(topic: string, finding: TopicFinding): TopicFinding {
    this.#refusals.delete(topic);
    if ("refusal" in finding) {
      if (this.#refusals.size >= MOST_REMEMBERED) this.#refusals.clear();
      this.#refusals.set(topic, { finding, untilMs: performance.now() + REMEMBERED_MS });
    }
    return finding;
  }
}

/** Rejects with the signal's reason when it aborts first. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** As Kafka has it (`org.apache.kafka.common.internals.Topic`). */
function isTopicName(name: string): boolean {
  return /^[a-zA-Z0-9._-]+$/.test(name) && name.length <= LONGEST_NAME && name !== "." && name !== "..";
}
