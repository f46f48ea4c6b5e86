// What the tests of the Kafka services stand on: settings, topics and events of their own, and a log that remembers.
import { randomUUID } from "node:crypto";
import { Admin } from "@platformatic/kafka";
import type { Event } from "../../../src/contract/events/event.ts";
import type { KafkaSettings } from "../../../src/contract/settings/connection-settings.ts";
import type { Log } from "../../../src/core/log.ts";
import { kcat } from "../../harness/kafka/kcat.ts";

/** Plain text, no login. */
export function settingsFor(brokers: string, changes: Partial<KafkaSettings> = {}): KafkaSettings {
  return {
    brokers: brokers.split(","),
    clientId: "sitewire-test",
    tls: null,
    sasl: null,
    partitions: 3,
    replicationFactor: 1,
    compression: "none",
    ...changes,
  };
}

export function aName(kind: string): string {
  return `${kind}-${randomUUID()}`;
}

/** `count` events numbered from `first` on, dealt out to ten keys. */
export function numberedEvents(topic: string, count: number, first = 0): readonly Event[] {
  return Array.from({ length: count }, (_, index) => {
    const number = first + index;
    return { topic, key: `key-${number % 10}`, headers: {}, value: Buffer.from(String(number)) };
  });
}

interface LogEntry {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: object;
}

export interface RememberingLog extends Log {
  readonly entries: readonly LogEntry[];
}

export function aLog(): RememberingLog {
  const entries: LogEntry[] = [];
  const keep =
    (level: LogEntry["level"]) =>
    (fields: object, message: string): void => {
      entries.push({ level, message, fields });
    };
  return {
    entries,
    debug: keep("debug"),
    info: keep("info"),
    warn: keep("warn"),
    error: keep("error"),
  };
}

export interface PlacedRecord {
  readonly partition: number;
  readonly key: string;
  readonly value: string;
}

/** Every record of a topic, partition by partition, in order, as kcat sees it. */
export async function recordsOf(brokers: string, topic: string): Promise<readonly PlacedRecord[]> {
  const text = await kcat(["-b", brokers, "-t", topic, "-C", "-e", "-q", "-f", "%p\\x1f%k\\x1f%s\\x1e"]);
  return text
    .split("\u001e")
    .map((line) => line.replace(/^\n/, ""))
    .filter((line) => line !== "")
    .map((line) => {
      const [partition = "", key = "", value = ""] = line.split("\u001f");
      return { partition: Number(partition), key, value };
    });
}

/** A topic with its own configuration; three partitions where nothing else is said. Returns its name. */
export async function aTopic(
  brokers: string,
  given: { readonly partitions?: number; readonly configs?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const topic = aName("topic");
  await withAdmin(brokers, (admin) =>
    admin.createTopics({
      topics: [topic],
      partitions: given.partitions ?? 3,
      replicas: -1,
      configs: Object.entries(given.configs ?? {}).map(([name, value]) => ({ name, value })),
    }),
  );
  return topic;
}

/** Does something with an administrator's client, in plain text, and closes it. */
export async function withAdmin<T>(brokers: string, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Admin({ clientId: "sitewire-test", bootstrapBrokers: brokers.split(",") });
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}
