// The image as the original system's page starts it: docker run -e AV… consumer, on servers that are there already.
import { chmod, mkdir } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { docker } from "../harness/containers/docker-client.ts";
import { eventually } from "../harness/eventually.ts";
import { freePorts } from "../harness/free-ports.ts";
import { type KafkaCluster, startKafka } from "../harness/kafka/kafka.ts";
import { type PostgresServer, startPostgres } from "../harness/postgres/postgres.ts";
import { aWebsite, type Website } from "../harness/servers/website.ts";
import { removeFolder, temporaryFolder } from "../harness/temporary-folder.ts";
import { endOf, inspectContainer, logsOf } from "./containers.ts";
import { image, useEngine } from "./engine.ts";

const hardened = ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL"];
const started: string[] = [];

let kafka: KafkaCluster;
let postgres: PostgresServer;
let website: Website;
let folder: string;

beforeAll(async () => {
  await useEngine();
  [kafka, postgres, website, folder] = await Promise.all([
    startKafka(),
    startPostgres(),
    aWebsite(),
    temporaryFolder("docker-run"),
  ]);
});

afterEach(async () => {
  const names = started.splice(0);
  if (names.length > 0) await docker(["rm", "--force", "--volumes", ...names]);
});

afterAll(async () => {
  await Promise.all([kafka.stop(), postgres.stop(), website.goAway()]);
  await removeFolder(folder);
});

type Environment = Readonly<Record<string, string>>;

/** The original's eleven variables, the CA with literal \n, as its users stored it. */
function originalVariables(): Environment {
  const url = new URL(postgres.url);
  const [host = "", port = ""] = kafka.saslBrokers.split(":");
  const [user] = kafka.users;
  return {
    AVHOST: url.hostname,
    AVPORT: url.port,
    AVUSER: url.username,
    AVPASSWORD: url.password,
    AVDATABASE: url.pathname.slice(1),
    AV_BASE_URL: website.url,
    AV_KFUSER: user?.username ?? "",
    AV_KFPASSWORD: user?.password ?? "",
    AV_KFPORT: port,
    BOOTSTRAP_SERVER: host,
    CA_PEM: kafka.authority.certificate.replaceAll("\n", "\\n"),
  };
}

const without = (environment: Environment, name: string): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([other]) => other !== name));

/** Detached, on the host's network, where the test's servers are. */
async function start(
  environment: Environment,
  args: readonly string[] = [],
  options: readonly string[] = [],
) {
  const variables = Object.entries(environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  // Several apps on one network would want the same port for their health.
  const network = ["--network", "host", "--env", "HEALTH_ADDRESS="];
  const { stdout } = await docker([
    "run",
    "--detach",
    ...network,
    ...hardened,
    ...variables,
    ...options,
    image,
    ...args,
  ]);
  const id = stdout.trim();
  started.push(id);
  return id;
}

async function run(environment: Environment, args: readonly string[] = [], options: readonly string[] = []) {
  const id = await start(environment, args, options);
  const { exitCode } = await endOf(id);
  return { exitCode, output: await logsOf(id) };
}

async function lineOf(id: string, pattern: RegExp): Promise<string> {
  return await eventually(
    `the container prints ${pattern}`,
    async () => (await logsOf(id)).split("\n").find((line) => pattern.test(line)),
    { timeoutMs: 60_000, intervalMs: 200 },
  );
}

test("docker run -e AV… consumer records what the original's variables lead to, and SIGTERM ends it with 0", async () => {
  const environment = originalVariables();
  const consumer = await start(environment);
  await lineOf(consumer, /has no tables of Sitewire; run: sitewire migrate/);
  expect(await run(environment, ["migrate"])).toMatchObject({ exitCode: 0 });
  const check = await run(environment, ["check", "--publish"]);
  expect(check.output).toMatch(/up +200/);
  expect(check.exitCode).toBe(0);
  await eventually(
    "the result is recorded",
    async () => (await run(environment, ["results", "--since", "1h"])).output.includes(website.url),
    { timeoutMs: 60_000 },
  );
  await docker(["stop", "--time", "10", consumer]);
  expect(await inspectContainer(consumer)).toMatchObject({ status: "exited", exitCode: 0, restarts: 0 });
});

test.each(["AVHOST", "BOOTSTRAP_SERVER", "AV_KFUSER", "AV_KFPASSWORD"])(
  "without %s docker run ends with one line that names it and exit code 2",
  async (name) => {
    const { exitCode, output } = await run(without(originalVariables(), name));
    expect(output.trim().split("\n")).toEqual([expect.stringMatching(new RegExp(`^sitewire: .*${name}`))]);
    expect(exitCode).toBe(2);
  },
);

test("without any database docker run names the variables, as the image has no embedded one", async () => {
  const { exitCode, output } = await run({ KAFKA_BROKERS: kafka.brokers });
  expect(output).toMatch(/^sitewire: no database is configured.*DATABASE_URL, or AVHOST.*\n$/);
  expect(exitCode).toBe(2);
});

test("a database that isn't there yet is waited for with one line, without a restart", async () => {
  const [port = 0] = await freePorts(1);
  const consumer = await start({ ...originalVariables(), AVPORT: String(port) });
  await lineOf(consumer, /dependency unavailable, retrying.*/);
  await docker(["stop", "--time", "10", consumer]);
  const warnings = (await logsOf(consumer)).split("\n").filter((line) => line.includes('"level":"warn"'));
  expect(warnings).toEqual([expect.stringMatching(/PostgreSQL at .*connection refused/)]);
  expect(await inspectContainer(consumer)).toMatchObject({ exitCode: 0, restarts: 0 });
});

test.each([
  ["read-only", ":ro", 0o777, /is read-only \(EROFS\): mount a writable volume there/],
  ["another user's", "", 0o755, /may not be written by user 10001 \(EACCES\): chown -R 10001 /],
])(
  "a monitor tells at its start that its volume is %s, and what to do",
  async (_what, option, mode, remedy) => {
    const volume = path.join(folder, `volume-${mode}`);
    await mkdir(volume);
    await chmod(volume, mode);
    await run(originalVariables(), ["migrate"]);
    const monitor = await start(
      originalVariables(),
      ["monitor"],
      ["--volume", `${volume}:/var/lib/sitewire${option}`],
    );
    const line = await lineOf(monitor, /have no place on this disk/);
    expect(line).toMatch(remedy);
    expect(line).toContain("/var/lib/sitewire");
  },
);

test("a monitor whose volume is full when it has to keep results says which path and what to do", async () => {
  const tmpfs = "/var/lib/sitewire:size=64k,uid=10001,gid=10001,mode=0750";
  await run(originalVariables(), ["migrate"]);
  const earlier = website.requests;
  const watching = ["monitor", website.url, "--every", "1s"];
  const monitor = await start(originalVariables(), watching, ["--tmpfs", tmpfs]);
  await eventually("the site is checked", () => website.requests > earlier + 2, { timeoutMs: 30_000 });
  const fill = "head -c 1000000 /dev/zero > /var/lib/sitewire/full || true";
  await docker(["exec", monitor, "sh", "-c", fill]);
  await postgres.stop();
  const before = website.requests;
  await eventually("results wait for the database", () => website.requests > before + 2, {
    timeoutMs: 30_000,
  });
  await docker(["stop", "--time", "20", monitor]);
  const line = await lineOf(monitor, /results not written to the local disk/);
  expect(line).toMatch(/the disk of .*\/var\/lib\/sitewire.* is full \(ENOSPC\): free some space/);
  expect(await inspectContainer(monitor)).toMatchObject({ exitCode: 1 });
});
