// The steps of action.yml as a GitHub runner runs them: in bash, with its variables, on a checkout of the action.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { aDeployment, type Deployment } from "../harness/deployment.ts";
import { kcat } from "../harness/kafka/kcat.ts";
import { aWebsite, serving, type Website } from "../harness/servers/website.ts";
import { removeFolder, temporaryFolder } from "../harness/temporary-folder.ts";

const repository = path.join(import.meta.dirname, "..", "..");
const actionSchema = z.object({
  inputs: z.record(z.string(), z.object({ default: z.string().default("") })),
  runs: z.object({
    steps: z.array(
      z.object({
        name: z.string().optional(),
        uses: z.string().optional(),
        run: z.string().optional(),
        env: z.record(z.string(), z.string()).default({}),
      }),
    ),
  }),
});

let deployment: Deployment;
let checkout: string;
let folder: string;
let up: Website;
let down: Website;

beforeAll(async () => {
  deployment = await aDeployment();
  checkout = await temporaryFolder("action");
  // A runner downloads the repository; node_modules is not in it.
  for (const name of ["package.json", "package-lock.json", ".npmrc", "src", "migrations", "deploy"]) {
    await cp(path.join(repository, name), path.join(checkout, name), { recursive: true });
  }
  const install = await step("Install Sitewire", {});
  expect(install.code, install.output).toBe(0);
}, 180_000);

afterAll(async () => {
  await deployment.remove();
  await removeFolder(checkout);
});

beforeEach(async () => {
  folder = await temporaryFolder("workspace");
  [up, down] = await Promise.all([aWebsite(), aWebsite()]);
  down.answers(serving("<b>|down|</b>", 503));
});

afterEach(async () => {
  await Promise.all([up.goAway(), down.goAway()]);
  await removeFolder(folder);
});

interface StepEnd {
  readonly code: number;
  readonly output: string;
  readonly summary: string;
  readonly outputs: string;
}

/** Runs one step of the action with these inputs, the others at their defaults. */
async function step(name: string, inputs: Readonly<Record<string, string>>): Promise<StepEnd> {
  const action = actionSchema.parse(parse(await readFile(path.join(repository, "action.yml"), "utf8")));
  const found = action.runs.steps.find((candidate) => candidate.name === name);
  const given = (input: string) => inputs[input] ?? action.inputs[input]?.default ?? "";
  const environment = Object.entries(found?.env ?? {}).map(([variable, value]) => [
    variable,
    value.replaceAll(/\$\{\{ inputs\.([a-z-]+) \}\}/g, (_, input: string) => given(input)),
  ]);
  const workspace = folder ?? checkout;
  const summary = path.join(workspace, "summary.md");
  const outputs = path.join(workspace, "outputs");
  const { code, output } = await bash(found?.run ?? "exit 99", workspace, {
    GITHUB_ACTION_PATH: checkout,
    GITHUB_STEP_SUMMARY: summary,
    GITHUB_OUTPUT: outputs,
    ...Object.fromEntries(environment),
  });
  const read = (file: string) => readFile(file, "utf8").catch(() => "");
  return { code, output, summary: await read(summary), outputs: await read(outputs) };
}

/** As the runner calls `shell: bash`. */
async function bash(script: string, cwd: string, environment: Readonly<Record<string, string>>) {
  const PATH = `${path.dirname(process.execPath)}:${process.env.PATH ?? ""}`;
  const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
    cwd,
    env: {
      ...process.env,
      KAFKA_TOPIC_PREFIX: deployment.environment.KAFKA_TOPIC_PREFIX,
      PATH,
      ...environment,
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  await once(child, "close");
  return { code: child.exitCode ?? -1, output };
}

test("all up: the summary is a table, the job succeeds, and the results are in Kafka", async () => {
  const { code, output, summary, outputs } = await step("Check", {
    sites: `${up.url}\n${up.url}second`,
    regexp: "Example Domain",
    publish: "true",
    "kafka-brokers": deployment.brokers,
  });
  expect(code, output).toBe(0);
  expect(summary).toContain("## Websites: all up, 2\n");
  expect(summary).toMatch(/\| http:\/\/127\.0\.0\.1:\d+\/second \| ✅ up \| 200 \| \d+ ms \| found \| {2}\|/);
  expect(summary).toContain("Published to Kafka.");
  expect(output).not.toContain("::error");
  expect(outputs).toBe("down=0\n");
  const published = await kcat(["-b", deployment.brokers, "-t", deployment.topics.checks, "-C", "-e", "-q"]);
  expect(published.split("\n").filter((line) => line.includes(up.url))).toHaveLength(2);
});

test("a site that is down comes first, is annotated, and fails the job", async () => {
  const { code, output, summary, outputs } = await step("Check", { sites: `${up.url} ${down.url}` });
  expect(code).toBe(1);
  expect(summary).toContain("## Websites: 1 down of 2\n");
  expect(summary.indexOf("❌ down")).toBeLessThan(summary.indexOf("✅ up"));
  expect(summary).toContain("Not published to Kafka.");
  expect(output).toMatch(/^::error title=http%3A\/\/127\.0\.0\.1%3A\d+\/ is down::.*503/m);
  expect(outputs).toBe("down=1\n");
});

test("with fail-on-down false the job succeeds all the same", async () => {
  const { code, output } = await step("Check", { sites: down.url, "fail-on-down": "false" });
  expect(code).toBe(0);
  expect(output).toMatch(/^::error title=/m);
});

test("the sites of sitewire.yaml are checked where none is named, under their names", async () => {
  await writeFile(
    path.join(folder, "sitewire.yaml"),
    `sites:\n  - url: ${down.url}\n    name: "a|b <i>c</i>"\n`,
  );
  const { code, summary } = await step("Check", {});
  expect(code).toBe(1);
  expect(summary).toContain("| a\\|b &lt;i>c&lt;/i> | ❌ down |");
});

test.each([
  [
    "publish without brokers",
    { publish: "true" },
    2,
    /^::error title=Sitewire could not check::.*KAFKA_BROKERS/m,
  ],
  [
    "a word for a flag",
    { "fail-on-down": "perhaps" },
    2,
    /^::error title=Sitewire::the input fail-on-down is "perhaps"/m,
  ],
  ["a pattern that is none", { regexp: "(" }, 2, /^::error title=Sitewire could not check::/m],
  [
    "a broker that is away",
    { publish: "true", "kafka-brokers": "127.0.0.1:1", "kafka-username": "u", "kafka-password": "hidden-7" },
    1,
    /^::error title=Sitewire could not check::.*Kafka/m,
  ],
])("%s is one annotated error", async (_what, inputs, exitCode, annotation) => {
  const { code, output, summary } = await step("Check", { sites: up.url, ...inputs });
  expect(output).toMatch(annotation);
  expect(output).not.toContain("hidden-7");
  expect(code).toBe(exitCode);
  expect(summary).toBe("");
});
