/** Where to start reading partitions without a committed offset. */
import { type Consumer, ListOffsetTimestamps } from "../client-adapters/client.ts";

/** Milliseconds since the epoch, or the oldest event. */
export type StartFrom = number | "earliest";

/** One offset for each partition, in their order. Rejects with the client's error. */
export async function startOffsets(
  client: Pick<Consumer, "listOffsets">,
  topic: string,
  partitions: readonly number[],
  from: StartFrom,
): Promise<readonly bigint[]> {
  const at = async (timestamp: bigint): Promise<readonly (bigint | undefined)[]> => {
    const found = await client.listOffsets({
      topics: [topic],
      partitions: { [topic]: [...partitions] },
      timestamp,
    });
    return partitions.map((partition) => found.get(topic)?.[partition]);
  };
  if (from === "earliest") return certain(topic, await at(ListOffsetTimestamps.EARLIEST));
  const [found, ends] = await Promise.all([at(BigInt(from)), at(ListOffsetTimestamps.LATEST)]);
  // The broker answers -1 when every event is older: then the next one is the first to read.
  return certain(
    topic,
    found.map((offset, index) => (offset !== undefined && offset >= 0n ? offset : ends[index])),
  );
}

function certain(topic: string, offsets: readonly (bigint | undefined)[]): readonly bigint[] {
  return offsets.map((offset, index) => {
    if (offset === undefined || offset < 0n) {
      throw new Error(`no start offset for partition ${index} of topic ${topic}`);
    }
    return offset;
  });
}
