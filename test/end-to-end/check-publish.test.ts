// `check --publish`: what a cron job runs, with no database at all.

import { once } from "node:events";
import { createServer } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkResultSchema } from "../../src/contract/checks/check-result.ts";
import { createCertificateAuthority } from "../harness/certificates.ts";
import { aDeployment, type Deployment } from "../harness/deployment.ts";
import { freePorts } from "../harness/free-ports.ts";
import { readTopic } from "../harness/kafka/kcat.ts";
import { aWebsite, type Website } from "../harness/servers/website.ts";
import { sharedSecureKafka } from "../harness/shared.ts";
import { sitewire, startSitewire } from "../harness/sitewire.ts";

let deployment: Deployment;
let website: Website;

beforeAll(async () => {
  deployment = await aDeployment();
  website = await aWebsite();
});

afterAll(async () => {
  await website.goAway();
  await deployment.remove();
});

function publish(environment: Readonly<Record<string, string>>, ...args: string[]) {
  const { KAFKA_TOPIC_PREFIX = "", KAFKA_PARTITIONS = "" } = deployment.environment;
  return sitewire(["check", website.url, "--publish", ...args], {
    folder: deployment.folder,
    environment: { KAFKA_TOPIC_PREFIX, KAFKA_PARTITIONS, ...environment },
  });
}

test("sends the result over TLS with a password, as the original's variables say, and waits for the acknowledgement", async () => {
  const { saslBrokers, username, password, authority } = sharedSecureKafka();
  const [server = "", port = ""] = saslBrokers.split(":");
  const ended = await publish({
    BOOTSTRAP_SERVER: server,
    AV_KFPORT: port,
    AV_KFUSER: username,
    AV_KFPASSWORD: password,
    // As a shell variable often holds it: line breaks turned into spaces.
    CA_PEM: authority.replaceAll("\n", " "),
  });
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  const [record] = await readTopic(deployment.brokers, deployment.topics.checks);
  expect(checkResultSchema.parse(JSON.parse(record?.value ?? ""))).toMatchObject({ url: website.url });
});

test("run twice in one slot it is one result", async () => {
  const { KAFKA_BROKERS = "" } = deployment.environment;
  const slots = new Set<string>();
  for (const ended of [
    await publish({ KAFKA_BROKERS }, "--every", "24h", "--json"),
    await publish({ KAFKA_BROKERS }, "--every", "24h", "--json"),
  ]) {
    slots.add(checkResultSchema.parse(JSON.parse(ended.stdout)).slot);
  }
  expect(slots.size).toBe(1);
});

const secret = "wrong-secret-7";
const trouble: readonly [string, () => Promise<Readonly<Record<string, string>>>, RegExp][] = [
  [
    "a wrong password",
    async () => {
      const { saslBrokers, username, authority } = sharedSecureKafka();
      return {
        KAFKA_BROKERS: saslBrokers,
        KAFKA_USERNAME: username,
        KAFKA_PASSWORD: secret,
        KAFKA_CA: authority,
      };
    },
    /authentication|password/i,
  ],
  [
    "a wrong CA",
    async () => {
      const { saslBrokers, username, password } = sharedSecureKafka();
      const other = await createCertificateAuthority("Another authority");
      return {
        KAFKA_BROKERS: saslBrokers,
        KAFKA_USERNAME: username,
        KAFKA_PASSWORD: password,
        KAFKA_CA: other.certificate,
      };
    },
    /certificate/i,
  ],
  ["an unknown host", async () => ({ KAFKA_BROKERS: "nowhere.invalid:9092" }), /nowhere\.invalid/],
  [
    "a closed port",
    async () => ({ KAFKA_BROKERS: `127.0.0.1:${(await freePorts(1))[0]}` }),
    /127\.0\.0\.1:\d+.*refused/i,
  ],
];

test.for(trouble)("%s is one clear line and exit 1", async ([, environment, message]) => {
  const ended = await publish(await environment());
  expect(ended.code).toBe(1);
  expect(ended.stdout).toBe("");
  const lines = ended.stderr.split("\n").filter((line) => line.startsWith("sitewire: "));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(message);
  expect(ended.stderr).not.toContain(secret);
});

test("a broker that takes connections and never answers is given up", async () => {
  const silent = createServer(() => {});
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  const address = silent.address();
  const port = typeof address === "object" ? address?.port : 0;
  const ended = await publish({ KAFKA_BROKERS: `127.0.0.1:${port}` });
  silent.close();
  expect(ended.code).toBe(1);
});

test("a long-running app says it once and keeps trying", async () => {
  const [port = 0] = await freePorts(1);
  const { DATABASE_URL = "" } = deployment.environment;
  const relay = startSitewire(["relay"], {
    folder: deployment.folder,
    environment: { DATABASE_URL, KAFKA_BROKERS: `127.0.0.1:${port}` },
  });
  await relay.line(/dependency unavailable/);
  const ended = await relay.stop();
  expect(ended.code).toBe(0);
});
