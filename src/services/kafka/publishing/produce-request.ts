/**
 * Produces record batches that are made already, over the client's own connections. The client's `send` takes records
 * apart and puts them together again one by one, makes a second try of its own under another producer id, and hands over
 * what the broker said as an error.
 */

import { UnavailableError } from "../../../core/failures.ts";
import { negotiatedVersion, sendRequest } from "../client-adapters/broker-request.ts";
import type { Base, Broker } from "../client-adapters/client.ts";
import { brokerError } from "../client-adapters/client-errors.ts";
import {
  type PartitionBatch,
  PRODUCE,
  produceRequest,
  readProduceResponse,
} from "../protocol/produce-format.ts";
import { keyOf } from "./produce-plan.ts";
import { type BatchVerdict, verdictOf } from "./produce-verdicts.ts";

type Client = Pick<Base, "metadata" | "connections">;

/** As the protocol has it. */
const NO_LEADER = -1;

/** What came of each partition's batch, by `keyOf`. Filled in as the brokers answer. */
export type Verdicts = Map<string, BatchVerdict>;

/**
 * Sends each batch to the leader of its partition, all brokers side by side, and waits for every replica in sync.
 * Resolves when `verdicts` holds one for each batch. Never rejects.
 */
export async function produce(
  client: Client,
  batches: readonly PartitionBatch[],
  timeoutMs: number,
  verdicts: Verdicts,
): Promise<void> {
  const byLeader = new Map<Broker, PartitionBatch[]>();
  const byTopic = Map.groupBy(batches, ({ topic }) => topic);
  await Promise.all(
    [...byTopic].map(async ([topic, itsBatches]) => {
      try {
        await findLeaders(client, topic, itsBatches, byLeader, verdicts);
      } catch (error) {
        for (const batch of itsBatches) verdicts.set(keyOf(batch), { kind: "not-written", error });
      }
    }),
  );
  await Promise.all(
    [...byLeader].map(([broker, itsBatches]) => send(client, broker, itsBatches, timeoutMs, verdicts)),
  );
}

/** Rejects with the client's error. */
async function findLeaders(
  client: Client,
  topic: string,
  batches: readonly PartitionBatch[],
  byLeader: Map<Broker, PartitionBatch[]>,
  verdicts: Verdicts,
): Promise<void> {
  const { topics, brokers } = await client.metadata({ topics: [topic] });
  const found = topics.get(topic);
  for (const batch of batches) {
    const leader = brokers.get(found?.partitions[batch.partition]?.leader ?? NO_LEADER);
    if (leader !== undefined) {
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), batch]);
    } else if (found !== undefined && batch.partition >= found.partitionsCount) {
      const error = new UnavailableError(`Kafka topic "${topic}" has fewer partitions than a moment ago`);
      verdicts.set(keyOf(batch), { kind: "not-written", error });
    } else {
      verdicts.set(keyOf(batch), { kind: "not-written", error: brokerError("LEADER_NOT_AVAILABLE") });
    }
  }
}

/** A broker that can't be reached has written nothing; one that does not answer may have. */
async function send(
  client: Client,
  broker: Broker,
  batches: readonly PartitionBatch[],
  timeoutMs: number,
  verdicts: Verdicts,
): Promise<void> {
  let kind: "not-written" | "unanswered" = "not-written";
  try {
    const connection = await client.connections.get(broker);
    const version = await negotiatedVersion(connection, PRODUCE);
    kind = "unanswered";
    const answers = await sendRequest(
      connection,
      PRODUCE,
      version,
      () => produceRequest(version, batches, timeoutMs),
      (reader) => readProduceResponse(version, reader),
    );
    for (const answer of answers) verdicts.set(keyOf(answer), verdictOf(answer));
  } catch (error) {
    for (const batch of batches) verdicts.set(keyOf(batch), { kind, error });
  }
}
