/**
 * Produces record batches that are made already, over the client's own connections. The client's `send` takes records
 * apart and puts them together again one by one, makes a second try of its own under another producer id, and hands over
 * what the broker said as an error.
 */

import { UnavailableError } from "../../../core/failures.ts";
import { negotiatedVersion, sendRequest } from "../client-adapters/broker-request.ts";
import type { Base } from "../client-adapters/client.ts";
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

/**
 * Sends each batch to the leader of its partition, all brokers side by side, and waits for every replica in sync.
 * Returns what came of each, by `keyOf`. Rejects only before anything is sent: with the client's error, or an
 * `UnavailableError` where a partition is gone.
 */
export async function produce(
  client: Client,
  batches: readonly PartitionBatch[],
  timeoutMs: number,
): Promise<ReadonlyMap<string, BatchVerdict>> {
  const { topics, brokers } = await client.metadata({
    topics: [...new Set(batches.map(({ topic }) => topic))],
  });
  const leaderOf = ({ topic, partition }: PartitionBatch): number => {
    const found = topics.get(topic);
    if (found !== undefined && partition >= found.partitionsCount) {
      throw new UnavailableError(`Kafka topic "${topic}" has fewer partitions than a moment ago`);
    }
    return found?.partitions[partition]?.leader ?? NO_LEADER;
  };
  const byLeader = Map.groupBy(batches, leaderOf);
  const verdicts = new Map<string, BatchVerdict>();
  await Promise.all(
    [...byLeader].map(async ([leader, itsBatches]) => {
      try {
        const broker = brokers.get(leader);
        if (broker === undefined) throw brokerError("LEADER_NOT_AVAILABLE");
        const connection = await client.connections.get(broker);
        const version = await negotiatedVersion(connection, PRODUCE);
        const answers = await sendRequest(
          connection,
          PRODUCE,
          version,
          () => produceRequest(version, itsBatches, timeoutMs),
          (reader) => readProduceResponse(version, reader),
        );
        for (const answer of answers) verdicts.set(keyOf(answer), verdictOf(answer));
      } catch (error) {
        for (const batch of itsBatches) verdicts.set(keyOf(batch), { kind: "failed", error });
      }
    }),
  );
  return verdicts;
}
