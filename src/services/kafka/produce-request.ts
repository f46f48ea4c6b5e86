/**
 * Produces record batches that are made already, over the client's own connections. The client's `send` takes records
 * apart and puts them together again one by one, makes a second try of its own under another producer id, and hands over
 * what the broker said as an error.
 */
import {
  type Base,
  type Connection,
  kGetApi,
  ProduceAcks,
  ProtocolError,
  type Reader,
  Writer,
} from "@platformatic/kafka";
import { UnavailableError } from "../../core/failures.ts";
import { keyOf } from "./produce-plan.ts";
import { type BatchVerdict, type PartitionAnswer, verdictOf } from "./produce-verdicts.ts";

export interface PartitionBatch {
  readonly topic: string;
  readonly partition: number;
  readonly batch: Buffer;
}

type Client = Pick<Base, "metadata" | "connections" | typeof kGetApi>;

/** The number of this request in the protocol. */
const PRODUCE = 0;
/** The first version whose fields are of variable length, with tags behind them (KIP-482). */
const FIRST_FLEXIBLE = 9;
/** The first that names the records at fault (KIP-467). */
const FIRST_WITH_RECORD_ERRORS = 8;
const FIRST_WITH_LOG_START = 5;
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
  const version = await produceVersion(client);
  const verdicts = new Map<string, BatchVerdict>();
  await Promise.all(
    [...byLeader].map(async ([leader, itsBatches]) => {
      try {
        const broker = brokers.get(leader);
        if (broker === undefined) throw new ProtocolError("LEADER_NOT_AVAILABLE");
        const connection = await client.connections.get(broker);
        const answers = await request(connection, version, itsBatches, timeoutMs);
        for (const answer of answers) verdicts.set(keyOf(answer), verdictOf(answer));
      } catch (error) {
        for (const batch of itsBatches) verdicts.set(keyOf(batch), { kind: "failed", error });
      }
    }),
  );
  return verdicts;
}

/** The newest that both the broker and the client have. */
async function produceVersion(client: Client): Promise<number> {
  return await new Promise((resolve, reject) => {
    client[kGetApi]("Produce", (error, api) => {
      if (error !== null || api === undefined) reject(error);
      else resolve(api.version);
    });
  });
}

async function request(
  connection: Connection,
  version: number,
  batches: readonly PartitionBatch[],
  timeoutMs: number,
): Promise<readonly PartitionAnswer[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly PartitionAnswer[]>();
  connection.send<readonly PartitionAnswer[]>(
    PRODUCE,
    version,
    () => requestOf(version, batches, timeoutMs),
    readResponse,
    version >= FIRST_FLEXIBLE,
    version >= FIRST_FLEXIBLE,
    (error, answers) => {
      if (error === null) resolve(answers ?? []);
      else reject(error);
    },
  );
  return await promise;
}

/** Versions 3 to 11 alike (Kafka protocol guide, "Produce Request"). */
function requestOf(version: number, batches: readonly PartitionBatch[], timeoutMs: number): Writer {
  const flexible = version >= FIRST_FLEXIBLE;
  const writer = Writer.create()
    .appendString(null, flexible) // transactional id
    .appendInt16(ProduceAcks.ALL)
    .appendInt32(timeoutMs)
    .appendMap(
      Map.groupBy(batches, ({ topic }) => topic),
      (topics, [topic, itsBatches]) => {
        topics.appendString(topic, flexible).appendArray(
          [...itsBatches],
          (partitions, { partition, batch }) => {
            partitions.appendInt32(partition).appendBytes(batch, flexible);
          },
          flexible,
          flexible,
        );
      },
      flexible,
      flexible,
    );
  return flexible ? writer.appendTaggedFields() : writer;
}

/** Versions 3 to 11 alike (Kafka protocol guide, "Produce Response"); what is behind the answers is left unread. */
function readResponse(
  _correlationId: number,
  _apiKey: number,
  version: number,
  reader: Reader,
): readonly PartitionAnswer[] {
  const flexible = version >= FIRST_FLEXIBLE;
  return reader
    .readArray(
      (topics) => {
        const topic = topics.readString(flexible);
        return topics.readArray((answers) => readAnswer(topic, version, answers), flexible, flexible);
      },
      flexible,
      flexible,
    )
    .flat();
}

function readAnswer(topic: string, version: number, reader: Reader): PartitionAnswer {
  const flexible = version >= FIRST_FLEXIBLE;
  const partition = reader.readInt32();
  const errorCode = reader.readInt16();
  reader.readInt64(); // base offset
  reader.readInt64(); // log append time
  if (version >= FIRST_WITH_LOG_START) reader.readInt64();
  if (version < FIRST_WITH_RECORD_ERRORS) {
    return { topic, partition, errorCode, errorMessage: null, recordErrors: [] };
  }
  const recordErrors = reader.readArray(
    (errors) => ({ position: errors.readInt32(), message: errors.readNullableString(flexible) }),
    flexible,
    flexible,
  );
  return { topic, partition, errorCode, errorMessage: reader.readNullableString(flexible), recordErrors };
}
