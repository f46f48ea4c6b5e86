import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { Admin } from "@platformatic/kafka";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { eventually } from "../eventually.ts";
import { sharedKafka, sharedSecureKafka } from "../shared.ts";
import { removeFolder, temporaryFolder } from "../temporary-folder.ts";
import { startKafka } from "./kafka.ts";

const topic = `harness-${randomUUID()}`;

function kcat(args: readonly string[], input = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile("kcat", args, { timeout: 20_000 }, (error, stdout) =>
      error ? reject(error) : resolve(stdout.trim()),
    );
    child.stdin?.end(input);
  });
}

const settings = (values: Record<string, string>) =>
  Object.entries(values).flatMap(([name, value]) => ["-X", `${name}=${value}`]);
const readAll = (brokers: string, extra: readonly string[] = []) =>
  kcat(["-b", brokers, ...extra, "-t", topic, "-C", "-e", "-q"]);

async function pemFiles(texts: Record<string, string>): Promise<(name: string) => string> {
  const folder = await temporaryFolder("pem");
  onTestFinished(() => removeFolder(folder));
  await Promise.all(Object.entries(texts).map(([name, text]) => writeFile(path.join(folder, name), text)));
  return (name) => path.join(folder, name);
}

beforeAll(async () => {
  await kcat(["-b", sharedKafka().brokers, "-t", topic, "-P"], "one\n");
});

test("kcat reads a record over the plain listener", async () => {
  expect(await readAll(sharedKafka().brokers)).toBe("one");
});

test("kcat reads it over TLS, logged in by password", async () => {
  const { saslBrokers, username, password, authority } = sharedSecureKafka();
  const file = await pemFiles({ authority });
  const login = {
    "security.protocol": "SASL_SSL",
    "sasl.mechanism": "PLAIN",
    "sasl.username": username,
    "ssl.ca.location": file("authority"),
  };
  expect(await readAll(saslBrokers, settings({ ...login, "sasl.password": password }))).toBe("one");
  await expect(
    readAll(saslBrokers, ["-m1", ...settings({ ...login, "sasl.password": "wrong" })]),
  ).rejects.toThrow();
});

test("kcat reads it over TLS, known by its client certificate, and not without one", async () => {
  const { mutualTlsBrokers, authority, clientCertificate, clientKey } = sharedSecureKafka();
  const file = await pemFiles({ authority, clientCertificate, clientKey });
  const tls = { "security.protocol": "SSL", "ssl.ca.location": file("authority") };
  const own = {
    "ssl.certificate.location": file("clientCertificate"),
    "ssl.key.location": file("clientKey"),
  };
  expect(await readAll(mutualTlsBrokers, settings({ ...tls, ...own }))).toBe("one");
  await expect(readAll(mutualTlsBrokers, ["-m1", ...settings(tls)])).rejects.toThrow();
});

// kcat cannot stand witness here: Debian's librdkafka 2.0 sends the SCRAM nonce twice, which brokers refuse since 3.9.
test.for(["SCRAM-SHA-256", "SCRAM-SHA-512"] as const)("the broker takes %s logins", async (mechanism) => {
  const { saslBrokers, username, password, authority } = sharedSecureKafka();
  const admin = new Admin({
    clientId: "harness",
    bootstrapBrokers: saslBrokers.split(","),
    tls: { ca: authority },
    sasl: { mechanism, username, password },
  });
  onTestFinished(() => admin.close());
  expect(await admin.listTopics()).toContain(topic);
});

test("with the authorizer, only the administrator's listener is open to everything", async () => {
  const kafka = await startKafka({ authorizer: true });
  onTestFinished(kafka.stop);
  await kcat(["-b", kafka.brokers, "-t", topic, "-P"], "guarded\n");
  const [user] = kafka.users;
  const file = await pemFiles({ authority: kafka.authority.certificate });
  const login = settings({
    "security.protocol": "SASL_SSL",
    "sasl.mechanism": "PLAIN",
    "sasl.username": user?.username ?? "",
    "sasl.password": user?.password ?? "",
    "ssl.ca.location": file("authority"),
  });
  await expect(readAll(kafka.saslBrokers, login)).rejects.toThrow(/authorization failed/i);
  expect(await readAll(kafka.brokers)).toBe("guarded");
});

test("three nodes keep a record when one is killed, and it comes back on its port", async () => {
  const kafka = await startKafka({ nodes: 3, properties: { "min.insync.replicas": "2" } });
  onTestFinished(kafka.stop);
  await kcat(["-b", kafka.brokers, "-X", "acks=all", "-t", topic, "-P"], "kept\n");
  const [first] = kafka.nodes;
  await first?.kill();
  // Until another node leads the partition a reader finds nothing.
  await eventually("another node leads", async () => (await readAll(kafka.brokers)) === "kept");
  await first?.start();
  expect(await kcat(["-b", first?.address ?? "", "-L"])).toContain("3 brokers");
});

test("a broker that cannot start says why", async () => {
  await expect(startKafka({ properties: { "log.segment.bytes": "many" } })).rejects.toThrow(
    /log\.segment\.bytes/,
  );
});
