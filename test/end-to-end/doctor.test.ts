// `sitewire doctor` as a person runs it: a line for each thing tried, the first that fails with its fix, and exit code 1.
import { randomBytes } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { createCertificateAuthority } from "../harness/certificates.ts";
import { aDeployment } from "../harness/deployment.ts";
import { freePorts } from "../harness/free-ports.ts";
import { aWebsite } from "../harness/servers/website.ts";
import { sharedSecureKafka } from "../harness/shared.ts";
import { type Ended, sitewire, startSitewire } from "../harness/sitewire.ts";
import { removeFolder, temporaryFolder } from "../harness/temporary-folder.ts";

async function doctor(environment: Readonly<Record<string, string>>, ...args: string[]): Promise<Ended> {
  const folder = await temporaryFolder("doctor");
  onTestFinished(() => removeFolder(folder));
  return await sitewire(["doctor", ...args], { folder, environment });
}

const secure = (changes: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => {
  const { saslBrokers, authority, username, password } = sharedSecureKafka();
  return {
    KAFKA_BROKERS: saslBrokers,
    KAFKA_CA: authority,
    KAFKA_USERNAME: username,
    KAFKA_PASSWORD: password,
    ...changes,
  };
};

/** The lines about Kafka, without what is said of them. */
const tried = ({ stdout }: Ended): readonly string[] =>
  [...stdout.matchAll(/^(ok|FAIL|skip) +Kafka (?:broker \S+, )?(.*?): /gm)].map(
    ([, mark, what]) => `${mark} ${what}`,
  );

const AFTER_THE_BROKER = [
  "topic sitewire.checks",
  "topic sitewire.checks, read permission",
  "topic sitewire.checks, write permission",
  "topic sitewire.checks.dead",
  "topic sitewire.checks.dead, read permission",
  "topic sitewire.checks.dead, write permission",
  "topic sitewire.incidents",
  "topic sitewire.incidents, read permission",
  "topic sitewire.incidents, write permission",
  "group sitewire-consumer, read permission",
];
const skippedAfter = AFTER_THE_BROKER.map((what) => `skip ${what}`);

test("a broker that lets us in: each step by itself, the certificate's last day, exit code 0", async () => {
  const ended = await doctor(secure());
  expect(tried(ended).slice(0, 3)).toEqual(["ok reachable", "ok TLS", "ok authentication"]);
  expect(ended.stdout).toMatch(/TLS: TLSv1\.\d, certificate verified, valid until \d{4}-\d\d-\d\d$/m);
  expect(ended.stdout).toMatch(/authentication: logged in as \S+ \(PLAIN\)$/m);
  expect(ended.stdout).not.toContain("FAIL");
  expect(ended.code).toBe(0);
});

test("a wrong password fails in the line of authentication, and what needs a login is skipped", async () => {
  const ended = await doctor(secure({ KAFKA_PASSWORD: "wrong-secret" }));
  expect(tried(ended)).toEqual(["ok reachable", "ok TLS", "FAIL authentication", ...skippedAfter]);
  expect(ended.stdout).toMatch(/authentication: wrong user name or password.*\. Fix: check KAFKA_USERNAME/);
  expect(ended.stdout).toMatch(/^skip {2}Kafka topic sitewire\.checks: not tried: no broker could be used$/m);
  expect(ended.code).toBe(1);
});

test("the wrong authority fails in the line of TLS", async () => {
  const { certificate } = await createCertificateAuthority();
  const ended = await doctor(secure({ KAFKA_CA: certificate }));
  expect(tried(ended)).toEqual(["ok reachable", "FAIL TLS", "skip authentication", ...skippedAfter]);
  expect(ended.stdout).toMatch(/TLS: its certificate is not signed by .*\. Fix: set KAFKA_CA/);
  expect(ended.code).toBe(1);
});

test("a closed port fails in the line of reaching it, as a JSON line too", async () => {
  const broker = `localhost:${(await freePorts(1))[0]}`;
  const ended = await doctor(secure({ KAFKA_BROKERS: broker }));
  expect(tried(ended)).toEqual(["FAIL reachable", "skip TLS", "skip authentication", ...skippedAfter]);
  expect(ended.code).toBe(1);
  const asJson = await doctor({ KAFKA_BROKERS: broker }, "--json");
  const findings: unknown[] = asJson.stdout.split("\n").map((line) => JSON.parse(line));
  expect(findings).toContainEqual({
    name: `Kafka broker ${broker}, reachable`,
    status: "failed",
    detail: "connection refused, nothing listens on that port",
    fix: expect.stringContaining("check the port in KAFKA_BROKERS"),
  });
  expect(asJson.code).toBe(1);
});

test("a database that can't be reached fails with exit code 1, and an unknown app is wrong usage", async () => {
  const port = (await freePorts(1))[0];
  const ended = await doctor({ DATABASE_URL: `postgres://someone:secret@localhost:${port}/nowhere` });
  expect(ended.stdout).toMatch(
    /^FAIL {2}database, reachable: .*nothing listens there.*\. Fix: start PostgreSQL/m,
  );
  expect(ended.stdout).toMatch(/^skip {2}database, login: not tried: "database, reachable" failed$/m);
  expect(ended.code).toBe(1);
  expect((await doctor({}, "--app", "nobody")).code).toBe(2);
});

/** The lines about the server and about alerts, in full. */
const facesOf = ({ stdout }: Ended): string =>
  stdout
    .split("\n")
    .filter((line) => /^\S+ +(server|alerts),/.test(line))
    .join("\n");

test("what the server needs is tried: its address, its public address and an account", async () => {
  const other = await aWebsite();
  onTestFinished(() => other.goAway());
  const taken = await doctor({
    SITEWIRE_SERVER_PORT: new URL(other.url).port,
    SITEWIRE_PUBLIC_URL: "https://sitewire.invalid/",
  });
  expect(facesOf(taken)).toMatch(
    /^FAIL {2}server, address: \S+ is in use by another program\. Fix: choose another/m,
  );
  expect(facesOf(taken)).toMatch(/^FAIL {2}server, public address: .*has no address.*SITEWIRE_PUBLIC_URL/m);
  expect(facesOf(taken)).toMatch(/^skip {2}server, administrator: not tried/m);
  expect(taken.code).toBe(1);
});

test("a running server is recognised, and one that nobody can administer is told how somebody can", async () => {
  const deployment = await aDeployment();
  onTestFinished(() => deployment.remove());
  const [port = 0] = await freePorts(1);
  const environment = { ...deployment.environment, SITEWIRE_SERVER_PORT: String(port) };
  const { folder } = deployment;
  const server = startSitewire(["server"], { folder, environment });
  onTestFinished(async () => {
    await server.stop();
  });
  await server.line(/dashboard served/);
  const running = await sitewire(["doctor"], { folder, environment });
  expect(facesOf(running)).toMatch(/^ok {4}server, address: \S+ is served by a running Sitewire$/m);
  expect(facesOf(running)).toMatch(
    /^ok {4}server, administrator: none yet: people on this machine can read/m,
  );
  expect(facesOf(running)).toMatch(/^ok {4}alerts, channels of the database: none; .*SITEWIRE_SECRETS_KEY/m);
  expect(running.code).toBe(0);
  await server.stop();
  const open = {
    ...environment,
    SITEWIRE_SERVER_ADDRESS: "0.0.0.0",
    SITEWIRE_PUBLIC_URL: "http://127.0.0.1.nip.invalid/",
  };
  const unsafe = await sitewire(["doctor"], { folder, environment: open });
  expect(facesOf(unsafe)).toMatch(/^FAIL {2}server, administrator: .*Fix: run sitewire people setup/m);
});

test("the key has to open the channels that are in the database", async () => {
  const deployment = await aDeployment();
  onTestFinished(() => deployment.remove());
  const { folder, environment } = deployment;
  const keys = Array.from({ length: 2 }, () => randomBytes(32).toString("base64"));
  const withKey = (key: string | undefined) => ({
    ...environment,
    SITEWIRE_SERVER_PORT: "0",
    ...(key === undefined ? {} : { SITEWIRE_SECRETS_KEY: key }),
  });
  const settings = ["--set", "url=https://example.org/hook", "secret=a-secret-of-the-test"];
  const added = await sitewire(["channels", "add", "ops", "webhook", ...settings], {
    folder,
    environment: withKey(keys[0]),
  });
  expect(added).toMatchObject({ stderr: "", code: 0 });
  const tried = async (key: string | undefined) =>
    await sitewire(["doctor"], { folder, environment: withKey(key) });
  const line = /^(\S+) +alerts, channels of the database: (.*)$/m;
  const [right, wrong, missing] = [await tried(keys[0]), await tried(keys[1]), await tried(undefined)];
  expect(line.exec(right.stdout)?.slice(1)).toEqual(["ok", expect.stringContaining("1 can be used")]);
  expect(line.exec(wrong.stdout)?.slice(1)).toEqual([
    "FAIL",
    expect.stringMatching(/^ops: .*Fix: set SITEWIRE_SECRETS_KEY/),
  ]);
  expect(line.exec(missing.stdout)?.slice(1)).toEqual([
    "FAIL",
    expect.stringContaining("is not set. Fix: set SITEWIRE_SECRETS_KEY"),
  ]);
  expect([right.code, wrong.code, missing.code]).toEqual([0, 1, 1]);
  expect(wrong.stdout).not.toContain("a-secret-of-the-test");
});
