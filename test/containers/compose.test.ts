// The whole system of compose.yaml on a real engine, started once: it runs, each part reaches what it needs only, and
// whatever is killed, nothing is lost.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { docker, dockerCompose, type Output } from "../harness/containers/docker-client.ts";
import { eventually } from "../harness/eventually.ts";
import { freePorts } from "../harness/free-ports.ts";
import { removeFolder, temporaryFolder } from "../harness/temporary-folder.ts";
import { endOf, inspectContainer } from "./containers.ts";
import { image, useEngine } from "./engine.ts";

const repository = path.join(import.meta.dirname, "..", "..");
const project = "compose-test";
const sites = 40;
const patient = { timeoutMs: 120_000, intervalMs: 500 };

/** What the monitor watches, in place of the world. */
const website = `services:
  website:
    image: ${image}
    entrypoint: [node, -e, "require('node:http').createServer((_, r) => r.end('ok')).listen(8080)"]
    networks: [websites]
    healthcheck: { disable: true }
`;

let folder: string;
let port = 0;

async function compose(...args: string[]): Promise<Output> {
  const files = ["-f", "compose.yaml", "-f", path.join(folder, "website.yaml")];
  return await dockerCompose([...files, "-p", project, ...args], { folder: repository });
}

const container = (service: string, number = 1) => `${project}_${service}_${number}`;

async function count(statement: string): Promise<number> {
  const psql = ["psql", "--username=sitewire", "--no-align", "--tuples-only", `--command=${statement}`];
  return Number((await docker(["exec", container("postgres"), ...psql])).stdout);
}

const recorded = () => count("SELECT count(*) FROM check_results");
const checked = () => count("SELECT count(*) FROM outbox WHERE topic_name = 'sitewire.checks'");

async function moreIsRecorded(): Promise<void> {
  const before = await recorded();
  await eventually("more is recorded", async () => (await recorded()) > before + sites, patient);
}

/** Whether a program in the container can connect; a name that it can't resolve counts as no. */
async function reaches(service: string, host: string, port: number): Promise<boolean> {
  const script = `require("node:net").connect(${port}, "${host}").setTimeout(3000)
    .on("connect", () => process.exit(0)).on("timeout", () => process.exit(1)).on("error", () => process.exit(1))`;
  try {
    await docker(["exec", container(service), "node", "-e", script]);
    return true;
  } catch {
    return false;
  }
}

beforeAll(async () => {
  await useEngine();
  process.env.SITEWIRE_IMAGE = image;
  [port = 0] = await freePorts(1);
  process.env.SITEWIRE_PORT = String(port);
  folder = await temporaryFolder("compose");
  await writeFile(path.join(folder, "website.yaml"), website);
  const urls = Array.from({ length: sites }, (_, n) => `- url: http://website:8080/?${n}\n  every: 1s\n`);
  await writeFile(path.join(folder, "sites.yaml"), urls.join(""));
  await compose("up", "--detach", "--no-build");
  const file = `${path.join(folder, "sites.yaml")}:/sites.yaml:ro`;
  await compose("run", "--rm", "-T", "--volume", file, "migrate", "sites", "import", "/sites.yaml");
});

afterAll(async () => {
  delete process.env.SITEWIRE_IMAGE;
  delete process.env.SITEWIRE_PORT;
  await compose("down", "--volumes", "--timeout", "1");
  await removeFolder(folder);
});

test("docker compose up starts the whole system, and every part becomes healthy", async () => {
  await moreIsRecorded();
  for (const service of ["kafka", "postgres", "monitor", "relay", "consumer", "notifier", "server"]) {
    const healthy = async () => (await inspectContainer(container(service))).health === "healthy";
    await eventually(`${service} is healthy`, healthy, patient);
  }
  expect((await inspectContainer(container("migrate"))).exitCode).toBe(0);
});

test("each app reaches what it needs and nothing else, neither by name nor by address", async () => {
  const addressesOf = async (service: string) => (await inspectContainer(container(service))).addresses;
  const brokers = ["kafka", ...(await addressesOf("kafka"))];
  const websites = ["website", ...(await addressesOf("website"))];
  const expected: readonly (readonly [string, readonly string[], number, boolean])[] = [
    ["monitor", ["postgres"], 5432, true],
    ["monitor", ["website"], 8080, true],
    ["monitor", brokers, 9092, false],
    ["relay", ["postgres"], 5432, true],
    ["relay", ["kafka"], 9092, true],
    ["relay", websites, 8080, false],
    ["consumer", ["postgres"], 5432, true],
    ["consumer", ["kafka"], 9092, true],
    ["consumer", websites, 8080, false],
  ];
  const lines = expected.flatMap(([service, hosts, port, reached]) =>
    hosts.map(async (host) => {
      expect(await reaches(service, host, port), `${service} reaches ${host}:${port}`).toBe(reached);
    }),
  );
  await Promise.all(lines);
});

test("the dashboard is published to this machine once there is an administrator", async () => {
  const file = path.join(folder, "password");
  await writeFile(file, "correct horse battery staple");
  const setup = ["people", "setup", "ada@example.org", "--password-file", "/password"];
  await compose("run", "--rm", "-T", "--volume", `${file}:/password:ro`, "migrate", ...setup);
  const session = async () => (await fetch(`http://127.0.0.1:${port}/api/v1/session`)).status;
  await eventually("the dashboard answers", async () => (await session()) === 200, patient);
  expect((await fetch(`http://127.0.0.1:${port}/api/v1/live`)).status).toBe(401);
});

test("no secret is in a container's environment or in its log", async () => {
  const password = (await docker(["exec", container("postgres"), "cat", "/run/secrets/postgres-password"]))
    .stdout;
  expect(password).toMatch(/^[0-9a-f]{48}$/);
  for (const service of ["postgres", "migrate", "monitor", "relay", "consumer", "notifier"]) {
    const { stdout } = await docker(["container", "inspect", container(service)]);
    const logs = await docker(["logs", container(service)]);
    expect(`${stdout}${logs.stdout}${logs.stderr}`, service).not.toContain(password);
  }
});

test("whichever container is killed comes back by itself, and results go on", {
  timeout: 240_000,
}, async () => {
  for (const service of ["relay", "consumer", "monitor", "kafka", "postgres"]) {
    const { pid } = await inspectContainer(container(service));
    process.kill(pid, "SIGKILL");
    const restarted = async () => {
      const now = await inspectContainer(container(service));
      return now.status === "running" && now.pid !== pid;
    };
    await eventually(`${service} runs again`, restarted, patient);
  }
  await eventually("the database answers", async () => (await recorded()) > 0, patient);
  await moreIsRecorded();
});

test("relays and consumers are scaled up and down while results go on", async () => {
  const scaled = (relays: number, consumers: number) =>
    compose(
      ...["up", "--detach", "--no-build", "--no-recreate"],
      ...["--scale", `relay=${relays}`, "--scale", `consumer=${consumers}`],
    );
  await scaled(2, 3);
  expect((await inspectContainer(container("consumer", 3))).status).toBe("running");
  await moreIsRecorded();
  await scaled(1, 1);
  await expect(inspectContainer(container("consumer", 3))).rejects.toThrow();
  await moreIsRecorded();
});

test("after all this nothing is lost and nothing doubled", async () => {
  await docker(["stop", "--time", "10", container("monitor")]);
  expect((await endOf(container("monitor"))).exitCode).toBe(0);
  const results = await checked();
  await eventually("all that was checked is recorded", async () => (await recorded()) >= results, patient);
  expect(await recorded()).toBe(results);
  expect(await count("SELECT sum(up + degraded + down) FROM uptime_hourly")).toBe(results);
});

test("docker stop drains relay, consumer and notifier in less than ten seconds", async () => {
  for (const service of ["relay", "consumer", "notifier"]) {
    // After ten seconds Docker would kill it, and the exit code be 137.
    await docker(["stop", "--time", "10", container(service)]);
    expect((await endOf(container(service))).exitCode, service).toBe(0);
  }
});
