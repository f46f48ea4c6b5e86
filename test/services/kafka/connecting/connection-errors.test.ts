// Every mistake in a connection's settings, as each service and doctor tell it. The tests run side by side: their time
// is the broker's, which keeps a login that failed waiting.
import { afterAll, expect, test } from "vitest";
import type {
  KafkaSettings,
  SaslSettings,
  TlsSettings,
} from "../../../../src/contract/settings/connection-settings.ts";
import { UnavailableError } from "../../../../src/core/failures.ts";
import { diagnoseKafka } from "../../../../src/services/kafka/diagnosing/diagnose.ts";
import { createKafkaPublisher } from "../../../../src/services/kafka/publishing/publisher.ts";
import { readKafkaLag } from "../../../../src/services/kafka/topics/lag.ts";
import { createKafkaLogReader } from "../../../../src/services/kafka/topics/log-reader.ts";
import { ensureTopics } from "../../../../src/services/kafka/topics/topics.ts";
import { createCertificateAuthority, createSelfSigned } from "../../../harness/certificates.ts";
import { freePorts } from "../../../harness/free-ports.ts";
import { startTcpProxy, type TcpProxy } from "../../../harness/servers/tcp-proxy.ts";
import { sharedKafka, sharedSecureKafka } from "../../../harness/shared.ts";
import { aLog, aName, numberedEvents, settingsFor } from "../ground.ts";

const PASSWORD = "wrong-secret-Zx81";

const proxies: TcpProxy[] = [];
afterAll(async () => {
  await Promise.all(proxies.map((proxy) => proxy.stop()));
});

interface Mistake {
  readonly name: string;
  readonly settings: () => Promise<KafkaSettings>;
  /** Where, what, and which setting to look at. */
  readonly says: readonly (string | RegExp)[];
  /** In which of doctor's lines. */
  readonly step: "reachable" | "TLS" | "authentication" | "answer";
}

const tls = (changes: Partial<TlsSettings> = {}): TlsSettings => ({
  ca: sharedSecureKafka().authority,
  verify: true,
  ...changes,
});
const login = (mechanism: SaslSettings["mechanism"], password?: string): SaslSettings => ({
  mechanism,
  username: sharedSecureKafka().username,
  password: password ?? sharedSecureKafka().password,
});
const secure = (changes: Partial<KafkaSettings> = {}): KafkaSettings =>
  settingsFor(sharedSecureKafka().saslBrokers, { tls: tls(), sasl: login("PLAIN"), ...changes });
const portOf = (brokers: string): string => brokers.split(":")[1] ?? "";

const mistakes: readonly Mistake[] = [
  ...(["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] as const).map((mechanism) => ({
    name: `a wrong password, by ${mechanism}`,
    settings: async () => secure({ sasl: login(mechanism, PASSWORD) }),
    says: [/localhost:\d+/, "wrong user name or password", "sitewire", "KAFKA_PASSWORD"],
    step: "authentication" as const,
  })),
  {
    name: "a wrong authority",
    settings: async () => secure({ tls: tls({ ca: (await createCertificateAuthority()).certificate }) }),
    says: [/localhost:\d+/, "not signed by the configured authority", "KAFKA_CA"],
    step: "TLS",
  },
  {
    name: "no authority where the broker's is a private one",
    settings: async () => secure({ tls: tls({ ca: undefined }) }),
    says: [/localhost:\d+/, "authority this machine does not know", "KAFKA_CA"],
    step: "TLS",
  },
  {
    name: "an unknown host",
    settings: async () => settingsFor("no-such-host.invalid:9092"),
    says: ["no-such-host.invalid:9092", "unknown host", "KAFKA_BROKERS"],
    step: "reachable",
  },
  {
    name: "a closed port",
    settings: async () => settingsFor(`localhost:${(await freePorts(1))[0]}`),
    says: [/localhost:\d+/, "connection refused", "KAFKA_BROKERS"],
    step: "reachable",
  },
  {
    name: "a certificate for another host",
    settings: async () => {
      const proxy = await startTcpProxy({
        targetHost: "localhost",
        targetPort: Number(portOf(sharedSecureKafka().saslBrokers)),
      });
      proxies.push(proxy);
      // The harness's certificates are for localhost, 127.0.0.1 and ::1.
      return secure({ brokers: [`127.0.0.2:${proxy.port}`] });
    },
    says: [/127\.0\.0\.2:\d+/, "another host name", "KAFKA_BROKERS"],
    step: "TLS",
  },
  {
    name: "no client certificate where one is asked for",
    settings: async () => settingsFor(sharedSecureKafka().mutualTlsBrokers, { tls: tls() }),
    says: [/localhost:\d+/, "asks for a client certificate", "KAFKA_CERTIFICATE"],
    step: "answer",
  },
  {
    name: "a client certificate that the broker does not trust",
    settings: async () => {
      const { certificate, key } = await createSelfSigned();
      return settingsFor(sharedSecureKafka().mutualTlsBrokers, { tls: tls({ certificate, key }) });
    },
    says: [/localhost:\d+/, "does not accept the client certificate", "KAFKA_CERTIFICATE"],
    step: "authentication",
  },
  {
    name: "plain text to a TLS port",
    settings: async () => settingsFor(sharedSecureKafka().saslBrokers),
    says: [/localhost:\d+/, "speaks TLS", "KAFKA_TLS"],
    step: "answer",
  },
  {
    name: "TLS to a plain-text port",
    settings: async () => settingsFor(sharedKafka().brokers, { tls: tls() }),
    says: [/localhost:\d+/, "does not speak TLS", "KAFKA_TLS"],
    step: "TLS",
  },
  {
    name: "no login where one is asked for",
    settings: async () => secure({ sasl: null }),
    says: [/localhost:\d+/, "login", "KAFKA_"],
    step: "answer",
  },
];

const services: readonly {
  readonly name: string;
  readonly attempt: (settings: KafkaSettings) => Promise<unknown>;
}[] = [
  {
    name: "publish",
    async attempt(settings) {
      const publisher = createKafkaPublisher({ settings, requestTimeoutMs: 14_000, log: aLog() });
      try {
        return await publisher.publish(numberedEvents(aName("topic"), 1));
      } finally {
        await publisher.close();
      }
    },
  },
  { name: "ensure topics", attempt: (settings) => ensureTopics(settings, [aName("topic")]) },
  {
    name: "read the lag",
    attempt: (settings) => readKafkaLag({ settings, groupId: aName("group"), topics: [aName("topic")] }),
  },
  {
    name: "read the log",
    attempt: (settings) =>
      createKafkaLogReader(settings).readAll(aName("topic"), () => {}, new AbortController().signal),
  },
];

test.concurrent.for(mistakes.flatMap((mistake) => services.map((service) => ({ mistake, service }))))(
  "$mistake.name gives one clear line, to $service.name",
  { timeout: 30_000 },
  async ({ mistake, service }) => {
    const settings = await mistake.settings();
    const error = await service.attempt(settings).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UnavailableError);
    const message = error instanceof Error ? error.message : "";
    for (const part of mistake.says) expect(message).toMatch(part);
    expect(message).not.toContain("\n");
    expect(message).not.toContain(PASSWORD);
  },
);

test.concurrent.for(mistakes)(
  "doctor names $name, with its fix, in the line of $step",
  { timeout: 30_000 },
  async (mistake) => {
    const [topic, group] = [aName("topic"), aName("group")];
    const findings = await diagnoseKafka(await mistake.settings(), {
      topics: [{ topic, operations: ["write"], created: true }],
      group,
    });
    const failures = findings.filter(({ status }) => status === "failed");
    const text = failures.map(({ name, detail, fix }) => `${name}: ${detail}; ${fix}`).join("\n");
    for (const part of mistake.says) expect(text).toMatch(part);
    expect(JSON.stringify(findings)).not.toContain(PASSWORD);
    expect(failures.map(({ name }) => name)).toEqual([
      expect.stringMatching(new RegExp(`, ${mistake.step}$`)),
    ]);
    const after = findings.slice(findings.findIndex(({ status }) => status === "failed") + 1);
    expect(
      after.every(({ status, detail }) => status === "skipped" && detail.startsWith("not tried: ")),
    ).toBe(true);
    expect(after.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        `Kafka topic ${topic}`,
        `Kafka topic ${topic}, write permission`,
        `Kafka group ${group}, read permission`,
      ]),
    );
  },
);
