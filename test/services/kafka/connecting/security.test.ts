// Every way in: logins by password over TLS, client certificates, and what happens to them over time.
import { expect, onTestFinished, test } from "vitest";
import { UsageError } from "../../../../src/contract/errors.ts";
import type { KafkaSettings, TlsSettings } from "../../../../src/contract/settings/connection-settings.ts";
import { createKafkaEventSource } from "../../../../src/services/kafka/consuming/consumer.ts";
import { createKafkaPublisher } from "../../../../src/services/kafka/publishing/publisher.ts";
import { ensureTopics } from "../../../../src/services/kafka/topics/topics.ts";
import { createCertificateAuthority, createSelfSigned } from "../../../harness/certificates.ts";
import { eventually } from "../../../harness/eventually.ts";
import { sharedSecureKafka } from "../../../harness/shared.ts";
import { aKafka } from "../a-kafka.ts";
import { startSource } from "../consuming/running-source.ts";
import { aLog, aName, numberedEvents, settingsFor } from "../ground.ts";

/** Publishes a hundred events and reads them back, with topic and group of its own. */
async function roundTrip(settings: KafkaSettings): Promise<void> {
  const topic = aName("topic");
  await ensureTopics(settings, [topic]);
  const publisher = createKafkaPublisher({ settings, requestTimeoutMs: 15_000, log: aLog() });
  onTestFinished(() => publisher.close());
  const outcomes = await publisher.publish(numberedEvents(topic, 100));
  expect(outcomes.every(({ kind }) => kind === "acknowledged")).toBe(true);
  const source = startSource({ settings, groupId: aName("group"), topics: [topic] });
  await eventually("all have come", () => source.events.length === 100);
  await source.stop();
}

test.for(["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] as const)(
  "a login by %s over TLS, with the authority as PEM text, publishes and reads",
  async (mechanism) => {
    const { saslBrokers, authority, username, password } = sharedSecureKafka();
    await roundTrip(
      settingsFor(saslBrokers, {
        tls: { ca: authority, verify: true },
        sasl: { mechanism, username, password },
      }),
    );
  },
);

test("a client certificate alone publishes and reads", async () => {
  const { mutualTlsBrokers, authority, clientCertificate, clientKey } = sharedSecureKafka();
  const tls = { ca: authority, certificate: clientCertificate, key: clientKey, verify: true };
  await roundTrip(settingsFor(mutualTlsBrokers, { tls }));
});

test("with verification off, any certificate of the broker will do", async () => {
  const { saslBrokers, username, password } = sharedSecureKafka();
  await roundTrip(
    settingsFor(saslBrokers, {
      tls: { verify: false },
      sasl: { mechanism: "PLAIN", username, password },
    }),
  );
});

test("several authorities in one text are all trusted", async () => {
  const { saslBrokers, authority, username, password } = sharedSecureKafka();
  const other = await createCertificateAuthority("Another authority");
  await roundTrip(
    settingsFor(saslBrokers, {
      tls: { ca: `${other.certificate}\n${authority}`, verify: true },
      sasl: { mechanism: "PLAIN", username, password },
    }),
  );
});

test("a renewed client certificate is used at the next connection, without a restart", async () => {
  const { mutualTlsBrokers, authority, clientCertificate, clientKey } = sharedSecureKafka();
  let pair = await createSelfSigned();
  const tls: TlsSettings = {
    ca: authority,
    get certificate() {
      return pair.certificate;
    },
    get key() {
      return pair.key;
    },
    verify: true,
  };
  const settings = settingsFor(mutualTlsBrokers, { tls });
  const topic = aName("topic");
  const publisher = createKafkaPublisher({ settings, requestTimeoutMs: 10_000, log: aLog() });
  onTestFinished(() => publisher.close());
  await expect(publisher.publish(numberedEvents(topic, 1))).rejects.toThrow(/does not accept the client/);
  // The certificate is there, its key not yet: the old pair goes on being used, and nothing breaks.
  pair = { certificate: clientCertificate, key: pair.key };
  await expect(publisher.publish(numberedEvents(topic, 1))).rejects.toThrow(/does not accept the client/);
  pair = { certificate: clientCertificate, key: clientKey };
  const [outcome] = await publisher.publish(numberedEvents(topic, 1));
  expect(outcome).toMatchObject({ kind: "refused", code: "UNKNOWN_TOPIC_OR_PARTITION" });
});

test("a certificate and a key that are no pair are a usage error, before anything connects", async () => {
  const [one, other] = [await createSelfSigned(), await createSelfSigned()];
  const tls = { certificate: one.certificate, key: other.key, verify: true };
  const settings = settingsFor("localhost:1", { tls });
  const publisher = () => createKafkaPublisher({ settings, requestTimeoutMs: 1_000, log: aLog() });
  expect(publisher).toThrow(UsageError);
  expect(publisher).toThrow(/kafka\.certificate/);
  const source = createKafkaEventSource({
    settings,
    groupId: "group",
    topics: ["topic"],
    from: "earliest",
    batch: { maxEvents: 1, maxWaitMs: 1 },
    log: aLog(),
  });
  await expect(source.run(async () => {}, new AbortController().signal)).rejects.toThrow(UsageError);
});

test("sessions that the broker ends every two seconds, and connections it closes when idle, cost nothing", async () => {
  const kafka = await aKafka({
    properties: { "connections.max.reauth.ms": "2000", "connections.max.idle.ms": "1500" },
  });
  const [user] = kafka.users;
  const settings = settingsFor(kafka.saslBrokers, {
    tls: { ca: kafka.authority.certificate, verify: true },
    sasl: { mechanism: "SCRAM-SHA-512", username: user?.username ?? "", password: user?.password ?? "" },
  });
  const topic = aName("topic");
  await ensureTopics(settings, [topic]);
  const publisher = createKafkaPublisher({ settings, requestTimeoutMs: 10_000, log: aLog() });
  onTestFinished(() => publisher.close());
  const source = startSource({ settings, groupId: aName("group"), topics: [topic] });
  // Busy for longer than several sessions, then idle for longer than a connection may be, and so on.
  let published = 0;
  for (const pauseMs of [...Array<number>(40).fill(100), 2_500, 2_500, ...Array<number>(20).fill(100)]) {
    const outcomes = await publisher.publish(numberedEvents(topic, 10, published));
    expect(outcomes.every(({ kind }) => kind === "acknowledged")).toBe(true);
    published += 10;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  await eventually("all have come", () => new Set(source.values).size === published);
  expect(source.events).toHaveLength(published);
  expect(source.log.entries.filter(({ level }) => level === "error")).toEqual([]);
});
