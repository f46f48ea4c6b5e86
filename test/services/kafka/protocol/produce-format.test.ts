// Each version of a Produce request, byte by byte as the client's own, and of its response, as the client reads it.
import {
  createRecordsBatch,
  ProduceAcks,
  produceV3,
  produceV4,
  produceV5,
  produceV6,
  produceV7,
  produceV8,
  produceV9,
  produceV10,
  produceV11,
  Reader,
  ResponseError,
  Writer,
} from "@platformatic/kafka";
import { expect, test } from "vitest";
import {
  type PartitionAnswer,
  produceRequest,
  readProduceResponse,
} from "../../../../src/services/kafka/protocol/produce-format.ts";

const versions = [
  { version: 3, client: produceV3 },
  { version: 4, client: produceV4 },
  { version: 5, client: produceV5 },
  { version: 6, client: produceV6 },
  { version: 7, client: produceV7 },
  { version: 8, client: produceV8 },
  { version: 9, client: produceV9 },
  { version: 10, client: produceV10 },
  { version: 11, client: produceV11 },
];
const options = { compression: "none", producerId: 7n, producerEpoch: 3 } as const;
const message = (topic: string, partition: number) => ({
  topic,
  partition,
  value: Buffer.alloc(300, `${topic} ${partition}`),
  timestamp: 1_800_000_000_000n,
});

test.for(versions)("version $version asks as the client would", ({ version, client }) => {
  const messages = [message("a", 0), message("a", 3), message("größe", 1)];
  const batches = messages.map((each) => ({
    topic: each.topic,
    partition: each.partition,
    batch: createRecordsBatch([each], options).buffer,
  }));
  const theirs = client.createRequest(ProduceAcks.ALL, 1_500, messages, options);
  expect(produceRequest(version, batches, 1_500).buffer).toEqual(theirs.buffer);
});

/** As the protocol guide has it, with tags of its own for what a client need not know. */
function responseOf(version: number, answers: readonly PartitionAnswer[]): Buffer {
  const flexible = version >= 9;
  const writer = Writer.create().appendMap(
    Map.groupBy(answers, ({ topic }) => topic),
    (topics, [topic, itsAnswers]) => {
      topics.appendString(topic, flexible).appendArray(
        [...itsAnswers],
        (partitions, { partition, errorCode, errorMessage, recordErrors }) => {
          partitions.appendInt32(partition).appendInt16(errorCode).appendInt64(10n).appendInt64(-1n);
          if (version >= 5) partitions.appendInt64(0n);
          if (version < 8) return;
          partitions
            .appendArray(
              [...recordErrors],
              (errors, { position, message }) => {
                errors.appendInt32(position).appendString(message, flexible);
              },
              flexible,
              flexible,
            )
            .appendString(errorMessage, flexible);
          // Tag 0 is the current leader: its id and epoch.
          if (version >= 10)
            partitions
              .append(Buffer.from([1, 0, 8]))
              .appendInt32(5)
              .appendInt32(9);
          else if (flexible) partitions.appendTaggedFields();
        },
        flexible,
        false,
      );
    },
    flexible,
    flexible,
  );
  return writer.appendInt32(0).appendUnsignedInt8(0).buffer;
}

test.for(versions)("version $version is answered for each partition", ({ version, client }) => {
  const plain = { errorCode: 0, errorMessage: null, recordErrors: [] };
  const refused =
    version < 8
      ? { ...plain, errorCode: 87 }
      : {
          errorCode: 87,
          errorMessage: "one has no key",
          recordErrors: [
            { position: 4, message: "no key" },
            { position: 6, message: null },
          ],
        };
  const answers: readonly PartitionAnswer[] = [
    { topic: "a", partition: 0, ...plain },
    { topic: "a", partition: 3, ...refused },
    { topic: "größe", partition: 1, ...plain, errorCode: 6 },
  ];
  const bytes = responseOf(version, answers);
  expect(readProduceResponse(version, Reader.from(bytes))).toEqual(answers);
  expect(() => client.parseResponse(1, 0, version, Reader.from(bytes))).toThrow(ResponseError);
});
