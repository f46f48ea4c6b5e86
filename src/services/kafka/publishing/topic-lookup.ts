/**
 * How many partitions topics have, for all publishes of a publisher side by side. That a topic can't be used is
 * remembered for a moment, so that rows for it cost one request a second and not one each.
 */
import type { Base } from "../client-adapters/client.ts";
import { partitionCountOf, type TopicFinding } from "../connecting/topic-metadata.ts";

const REMEMBERED_MS = 1_000;
/** Of a topic that was missing before, a single answer says that it still is. */
const NO_PATIENCE_MS = 0;
const MOST_REMEMBERED = 10_000;
const LONGEST_NAME = 249;

interface Refusal {
  readonly finding: TopicFinding;
  readonly untilMs: number;
}

export class TopicLookup {
  readonly #refusals = new Map<string, Refusal>();

  /** Rejects with the client's error when the cluster can't be asked, and with the signal's reason when it aborts. */
  async find(client: Pick<Base, "metadata">, topic: string, signal: AbortSignal): Promise<TopicFinding> {
    if (!isTopicName(topic)) return { refusal: "INVALID_TOPIC_EXCEPTION" };
    const known = this.#refusals.get(topic);
    if (known !== undefined && performance.now() < known.untilMs) return known.finding;
    const patienceMs = known === undefined ? undefined : NO_PATIENCE_MS;
    const finding = await partitionCountOf(client, topic, signal, patienceMs);
    this.#refusals.delete(topic);
    if ("refusal" in finding) {
      if (this.#refusals.size >= MOST_REMEMBERED) this.#refusals.clear();
      this.#refusals.set(topic, { finding, untilMs: performance.now() + REMEMBERED_MS });
    }
    return finding;
  }
}

/** As Kafka has it (`org.apache.kafka.common.internals.Topic`). */
function isTopicName(name: string): boolean {
  return /^[a-zA-Z0-9._-]+$/.test(name) && name.length <= LONGEST_NAME && name !== "." && name !== "..";
}
