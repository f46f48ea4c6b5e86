/** The relay: outbox rows to acknowledged in Kafka, beside the bare client producing the same bytes. */
import { ProduceAcks, Producer } from "@platformatic/kafka";
import { checkResultEvent } from "../../src/contract/events/cloud-events.ts";
import type { Event } from "../../src/contract/events/event.ts";
import { eventually } from "../../test/harness/eventually.ts";
import { kcat } from "../../test/harness/kafka/kcat.ts";
import type { Figure } from "../report.ts";
import { generatedResults, generatedSites } from "./generated-results.ts";
import { type BenchServers, processorSeconds, startBenchServers } from "./servers.ts";

const SITES = 1000;
const SLOTS = 200;
const BATCH = 1000;

export async function benchRelay(): Promise<readonly Figure[]> {
  const servers = await startBenchServers();
  try {
    const events = [...generatedResults(generatedSites(SITES), SLOTS, Date.UTC(2026, 10, 20))].map((result) =>
      checkResultEvent(result, servers.topic),
    );
    await kcat(["-b", servers.kafka.brokers, "-t", `${servers.topic}.bare`, "-P"], "first\n");
    const bare = await produceBare(servers, events);
    await insert(servers, events);
    const relay = servers.app("relay");
    const begun = async () => {
      const [row] = await servers.sql("SELECT EXISTS (SELECT FROM outbox WHERE published) AS begun");
      return row?.begun === true;
    };
    // By its index: a count of the table, again and again, took a processor away from what is measured.
    const done = async () => {
      const [row] = await servers.sql(
        "SELECT NOT EXISTS (SELECT FROM outbox WHERE NOT published AND parked_at IS NULL) AS done",
      );
      return row?.done === true;
    };
    await eventually("the relay begins", begun, { timeoutMs: 60_000, intervalMs: 5 });
    const [startedAtMs, cpuBefore] = [performance.now(), processorSeconds(relay.pid)];
    const [row] = await servers.sql("SELECT count(*)::integer AS count FROM outbox WHERE NOT published");
    const before = Number(row?.count);
    await eventually("all are published", done, { timeoutMs: 300_000, intervalMs: 20 });
    const seconds = (performance.now() - startedAtMs) / 1000;
    const cpuSeconds = processorSeconds(relay.pid) - cpuBefore;
    await relay.stop();
    return [
      { name: "bare client, same bytes", unit: "messages/s", value: bare },
      {
        name: "relay, outbox row to acknowledged",
        unit: "messages/s",
        value: before / seconds,
        against: bare,
        goal: 0.5,
      },
      { name: "relay's own processor time", unit: "µs/row", value: (cpuSeconds / before) * 1e6 },
    ];
  } finally {
    await servers.stop();
  }
}

async function produceBare({ kafka, topic }: BenchServers, events: readonly Event[]): Promise<number> {
  const producer = new Producer<Buffer, Buffer, string, string>({
    clientId: "bench",
    bootstrapBrokers: kafka.brokers.split(","),
    idempotent: true,
    acks: ProduceAcks.ALL,
    compression: "zstd",
    serializers: {
      key: (key) => key,
      value: (value) => value,
      headerKey: (name) => Buffer.from(name ?? ""),
      headerValue: (value) => Buffer.from(value ?? ""),
    },
  });
  const messages = events.map(({ key, value, headers }) => ({
    topic: `${topic}.bare`,
    key: Buffer.from(key ?? ""),
    value: Buffer.from(value ?? new Uint8Array()),
    headers,
  }));
  const startedAtMs = performance.now();
  for (let first = 0; first < messages.length; first += BATCH) {
    await producer.send({ messages: messages.slice(first, first + BATCH) });
  }
  const seconds = (performance.now() - startedAtMs) / 1000;
  await producer.close();
  return events.length / seconds;
}

async function insert({ sql, insertEvents }: BenchServers, events: readonly Event[]): Promise<void> {
  for (let first = 0; first < events.length; first += 5000) {
    await insertEvents(events.slice(first, first + 5000));
  }
  await sql("ANALYZE outbox");
}
