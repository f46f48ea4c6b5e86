// Each version of a Fetch request, byte by byte as the client's own.
import { fetchV12, fetchV13, fetchV14, fetchV15, fetchV16, fetchV17 } from "@platformatic/kafka";
import { expect, test } from "vitest";
import { fetchRequest } from "../../../../src/services/kafka/protocol/fetch-format.ts";

const versions = [
  { version: 12, client: fetchV12 },
  { version: 13, client: fetchV13 },
  { version: 14, client: fetchV14 },
  { version: 15, client: fetchV15 },
  { version: 16, client: fetchV16 },
  { version: 17, client: fetchV17 },
];
const limits = { maxBytes: 16_000_000, partitionMaxBytes: 2_000_000, maxWaitMs: 250 };
const wanted = [
  { topic: "größe", topicId: "00112233-4455-6677-8899-aabbccddeeff", partition: 3, offset: 1n << 40n },
  { topic: "b", topicId: "ffeeddcc-bbaa-9988-7766-554433221100", partition: 0, offset: 0n },
];

test.for(versions)("version $version asks as the client would", ({ version, client }) => {
  const topics = wanted.map(({ topic, topicId, partition, offset }) => ({
    topicId: version >= 13 ? topicId : topic,
    partitions: [
      {
        partition,
        fetchOffset: offset,
        currentLeaderEpoch: -1,
        lastFetchedEpoch: -1,
        partitionMaxBytes: limits.partitionMaxBytes,
      },
    ],
  }));
  const theirs = client.createRequest(limits.maxWaitMs, 1, limits.maxBytes, 1, 0, -1, topics, [], "");
  expect(fetchRequest(version, wanted, limits).buffer).toEqual(theirs.buffer);
});

test.for([11, 18])("version %i is not encoded here", (version) => {
  expect(() => fetchRequest(version, wanted, limits)).toThrow(RangeError);
});
