// Each app's services work with exactly the rights that docs/kafka-permissions.md lists, and say so when one is missing.
import { Admin } from "@platformatic/kafka";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { FailureError } from "../../../../src/contract/errors.ts";
import { topicsOf } from "../../../../src/contract/events/topics.ts";
import type { KafkaSettings } from "../../../../src/contract/settings/connection-settings.ts";
import { type KafkaNames, type KafkaUse, kafkaUseOf } from "../../../../src/core/diagnosis/kafka-use.ts";
import type { PublishOutcome } from "../../../../src/core/events/ports.ts";
import { UnavailableError } from "../../../../src/core/failures.ts";
import { diagnoseKafka } from "../../../../src/services/kafka/diagnosing/diagnose.ts";
import { createKafkaPublisher } from "../../../../src/services/kafka/publishing/publisher.ts";
import { readKafkaLag } from "../../../../src/services/kafka/topics/lag.ts";
import { createKafkaLogReader } from "../../../../src/services/kafka/topics/log-reader.ts";
import { ensureTopics } from "../../../../src/services/kafka/topics/topics.ts";
import { eventually } from "../../../harness/eventually.ts";
import { type KafkaCluster, startKafka } from "../../../harness/kafka/kafka.ts";
import { sitewire } from "../../../harness/sitewire.ts";
import { removeFolder, temporaryFolder } from "../../../harness/temporary-folder.ts";
import { startSource } from "../consuming/running-source.ts";
import { aLog, numberedEvents, settingsFor } from "../ground.ts";
import { type Acl, documentedAcls, grantOnly, type Role } from "./documented-acls.ts";

const { checks, checksDead, incidents } = topicsOf("sitewire");
const group = "sitewire-consumer";
const user = "sitewire";

let kafka: KafkaCluster;
let admin: Admin;
beforeAll(async () => {
  kafka = await startKafka({ authorizer: true });
  // Whoever comes in plain text is the administrator.
  admin = new Admin({ clientId: "admin", bootstrapBrokers: kafka.brokers.split(",") });
  await admin.createTopics({ topics: [checks, checksDead, incidents], partitions: 2, replicas: 1 });
});
afterAll(async () => {
  await admin.close();
  await kafka.stop();
});

function settings(): KafkaSettings {
  return settingsFor(kafka.saslBrokers, {
    tls: { ca: kafka.authority.certificate, verify: true },
    sasl: { mechanism: "SCRAM-SHA-512", username: user, password: kafka.users[0]?.password ?? "" },
  });
}

const grant = (role: Role, without?: Acl): Promise<void> =>
  grantOnly(
    admin,
    user,
    documentedAcls(role).filter((acl) => acl.operation !== without?.operation || acl.name !== without.name),
  );

async function publishTo(topic: string, as: KafkaSettings = settings()): Promise<readonly PublishOutcome[]> {
  const publisher = createKafkaPublisher({ settings: as, requestTimeoutMs: 10_000, log: aLog() });
  try {
    return await publisher.publish(numberedEvents(topic, 10));
  } finally {
    await publisher.close();
  }
}

const asAdministrator = (): KafkaSettings => settingsFor(kafka.brokers);
const acknowledged = (outcomes: readonly PublishOutcome[]): boolean =>
  outcomes.every(({ kind }) => kind === "acknowledged");

test("the page lists rights for each app", () => {
  const counts = (["create", "relay", "consumer", "check", "dead-letters"] as const).map(
    (role) => documentedAcls(role).length,
  );
  expect(counts).toEqual([3, 3, 3, 2, 3]);
});

test.for(["relay", "check"] as const)("%s works with exactly its rights", async (role) => {
  await grant(role);
  const written = role === "relay" ? [checks, incidents] : [checks];
  await ensureTopics(settings(), [...written, checksDead]);
  for (const topic of written) expect(acknowledged(await publishTo(topic))).toBe(true);
});

test("consumer works with exactly its rights: it reads, commits, tells its lag, writes dead letters", async () => {
  await grant("consumer");
  await ensureTopics(settings(), [checks, checksDead]);
  expect(acknowledged(await publishTo(checks, asAdministrator()))).toBe(true);
  const source = startSource({ settings: settings(), groupId: group, topics: [checks] });
  await eventually("it reads", () => source.events.length >= 10);
  await source.stop();
  const lags = await readKafkaLag({ settings: settings(), groupId: group, topics: [checks] });
  expect(lags.map(({ lag }) => lag)).toEqual([0n, 0n]);
  expect(acknowledged(await publishTo(checksDead))).toBe(true);
});

test("the dead-letter commands work with exactly their rights", async () => {
  await grant("dead-letters");
  expect(acknowledged(await publishTo(checksDead))).toBe(true);
  let read = 0;
  await createKafkaLogReader(settings()).readAll(
    checksDead,
    (events) => {
      read += events.length;
    },
    new AbortController().signal,
  );
  expect(read).toBeGreaterThanOrEqual(10);
  expect(acknowledged(await publishTo(checks))).toBe(true);
});

test("with the right to create, missing topics are made", async () => {
  await grant("create");
  await admin.deleteTopics({ topics: [checks, checksDead, incidents] });
  await ensureTopics({ ...settings(), partitions: 2 }, [checks, checksDead, incidents]);
  await eventually("they are there", async () => {
    const topics = await admin.listTopics();
    return [checks, checksDead, incidents].every((topic) => topics.includes(topic));
  });
});

test("without Write on one topic its events are refused, and those of the others acknowledged", async () => {
  await grantOnly(admin, user, [
    { operation: "Write", resource: "topic", name: checks },
    { operation: "Describe", resource: "topic", name: checksDead },
  ]);
  const publisher = createKafkaPublisher({ settings: settings(), requestTimeoutMs: 10_000, log: aLog() });
  onTestFinished(() => publisher.close());
  const outcomes = await publisher.publish([...numberedEvents(checks, 5), ...numberedEvents(checksDead, 5)]);
  expect(outcomes.map(({ kind }) => kind)).toEqual([
    ...Array(5).fill("acknowledged"),
    ...Array(5).fill("refused"),
  ]);
  expect(outcomes[9]).toMatchObject({
    code: "TOPIC_AUTHORIZATION_FAILED",
    reason: expect.stringMatching(/sitewire\.checks\.dead.*grant Write/),
  });
});

test("with Write nowhere, nothing is refused: publishing is unavailable, and says which right is missing", async () => {
  await grantOnly(admin, user, [{ operation: "Read", resource: "topic", name: checks }]);
  await expect(publishTo(checks)).rejects.toThrow(UnavailableError);
  await expect(publishTo(checks)).rejects.toThrow(
    /user "sitewire" lacks the right to write.*Write on the topic/,
  );
});

test("without the right to see a topic, making sure of it fails with topic, user and remedy", async () => {
  await grant("relay", { operation: "Describe", resource: "topic", name: checksDead });
  const ensuring = ensureTopics(settings(), [checks, checksDead]);
  await expect(ensuring).rejects.toThrow(FailureError);
  await expect(ensuring).rejects.toThrow(
    /"sitewire\.checks\.dead".*user "sitewire".*may not create it.*kafka-topics\.sh --create --topic sitewire\.checks\.dead/,
  );
});

test("without Create, a missing topic is a failure with topic, user and remedy", async () => {
  await grant("relay");
  await expect(ensureTopics(settings(), [checks, "sitewire.other"])).rejects.toThrow(
    /"sitewire\.other".*user "sitewire" may not create it/,
  );
});

test.for([
  {
    missing: "Read on the topic",
    operation: "Read",
    name: checks,
    says: /may not use|not visible to this user/,
  },
  { missing: "Read on the group", operation: "Read", name: group, says: /may not use the consumer group/ },
] as const)(
  "without $missing the consumer says so, loses nothing, and reads once it is granted",
  async ({ operation, name, says }) => {
    const resource = name === group ? "group" : "topic";
    await grant("consumer", { operation, resource, name });
    expect(acknowledged(await publishTo(checks, asAdministrator()))).toBe(true);
    const source = startSource({ settings: settings(), groupId: group, topics: [checks] });
    await eventually("it says what is missing", () => says.test(JSON.stringify(source.log.entries)), {
      timeoutMs: 20_000,
    });
    expect(source.events).toHaveLength(0);
    await grant("consumer");
    await eventually("it reads", () => source.events.length > 0, { timeoutMs: 30_000 });
    await source.stop();
  },
);

test("a right to read that is taken away while the consumer runs is named, and its return is enough", async () => {
  await grant("consumer");
  const source = startSource({ settings: settings(), groupId: group, topics: [checks] });
  await eventually("it has its partitions", () => source.assigned().length === 2, { timeoutMs: 20_000 });
  await grantOnly(admin, user, [
    { operation: "Describe", resource: "topic", name: checks },
    { operation: "Read", resource: "group", name: group },
  ]);
  await eventually(
    "it says what is missing",
    () => /"sitewire\\" may not use the topic/.test(JSON.stringify(source.log.entries)),
    { timeoutMs: 20_000 },
  );
  const before = source.events.length;
  await publishTo(checks, asAdministrator());
  await grant("consumer");
  await eventually("it reads on", () => source.events.length === before + 10, { timeoutMs: 30_000 });
});

const names: KafkaNames = { checks, checksDead, incidents, original: null, group };

async function doctorsLines(use: KafkaUse): Promise<readonly string[]> {
  const findings = await diagnoseKafka(settings(), use);
  return findings.map(({ name, status, detail, fix }) => `${status} ${name}: ${detail}; ${fix}`);
}

test.for([
  {
    role: "relay",
    app: "relay",
    rights: [`topic ${checks}, write permission`, `topic ${incidents}, write permission`],
  },
  {
    role: "consumer",
    app: "consume",
    rights: [
      `topic ${checks}, read permission`,
      `topic ${checksDead}, write permission`,
      `group ${group}, read permission`,
    ],
  },
  { role: "check", app: "check", rights: [`topic ${checks}, write permission`] },
  {
    role: "dead-letters",
    app: "dead-letters",
    rights: [
      `topic ${checks}, write permission`,
      `topic ${checksDead}, read permission`,
      `topic ${checksDead}, write permission`,
    ],
  },
] as const)("doctor finds the user of $app well with exactly its rights", async ({ role, app, rights }) => {
  await grant(role);
  const lines = await doctorsLines(kafkaUseOf(app, names));
  expect(lines.filter((line) => !line.startsWith("ok "))).toEqual([]);
  expect(lines.filter((line) => line.includes("permission"))).toEqual(
    rights.map((right) => expect.stringContaining(`ok Kafka ${right}: user "sitewire" may `)),
  );
});

test("doctor names each right that is missing, in a line of its own, with its fix", async () => {
  await grantOnly(admin, user, [
    { operation: "Read", resource: "topic", name: checks },
    { operation: "Describe", resource: "group", name: group },
  ]);
  const lines = await doctorsLines(kafkaUseOf(null, names));
  const after = lines.slice(lines.findIndex((line) => line.includes(`Kafka topic ${checks}`)));
  expect(after).toEqual([
    `ok Kafka topic ${checks}: 2 partitions; null`,
    `ok Kafka topic ${checks}, read permission: user "sitewire" may read; null`,
    `failed Kafka topic ${checks}, write permission: user "sitewire" may not write; grant Write on the topic ${checks} (docs/kafka-permissions.md)`,
    `failed Kafka topic ${checksDead}: this user may not see it; grant the rights of docs/kafka-permissions.md`,
    `skipped Kafka topic ${checksDead}, read permission: not tried: "Kafka topic ${checksDead}" failed; null`,
    `skipped Kafka topic ${checksDead}, write permission: not tried: "Kafka topic ${checksDead}" failed; null`,
    `failed Kafka topic ${incidents}: this user may not see it; grant the rights of docs/kafka-permissions.md`,
    `skipped Kafka topic ${incidents}, read permission: not tried: "Kafka topic ${incidents}" failed; null`,
    `skipped Kafka topic ${incidents}, write permission: not tried: "Kafka topic ${incidents}" failed; null`,
    `failed Kafka group ${group}, read permission: user "sitewire" may not read in the group; grant Read on the group ${group} (docs/kafka-permissions.md)`,
  ]);
});

test("doctor's exit code is 1 while the consumer lacks its right on the group, and 0 once it has it", async () => {
  const folder = await temporaryFolder("doctor");
  onTestFinished(() => removeFolder(folder));
  const doctor = () =>
    sitewire(["doctor", "--app", "consume"], {
      folder,
      environment: {
        KAFKA_BROKERS: kafka.saslBrokers,
        KAFKA_CA: kafka.authority.certificate,
        KAFKA_USERNAME: user,
        KAFKA_PASSWORD: kafka.users[0]?.password ?? "",
        KAFKA_SASL_MECHANISM: "SCRAM-SHA-512",
      },
    });
  await grant("consumer", { operation: "Read", resource: "group", name: group });
  const lacking = await doctor();
  expect(lacking.stdout).toContain(
    `FAIL  Kafka group ${group}, read permission: user "sitewire" may not read in the group. Fix: grant Read on the group ${group}`,
  );
  expect(lacking.code).toBe(1);
  await grant("consumer");
  const well = await doctor();
  expect(well.stdout).not.toMatch(/FAIL|skip/);
  expect(well.code).toBe(0);
});
