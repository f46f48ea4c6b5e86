// `sitewire check` and other usage: exit codes and one clear line for what is wrong.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkResultSchema } from "../../src/contract/checks/check-result.ts";
import { aWebsite, serving, type Website } from "../harness/servers/website.ts";
import { sitewire } from "../harness/sitewire.ts";
import { removeFolder, temporaryFolder } from "../harness/temporary-folder.ts";

let folder: string;
let website: Website;
let broken: Website;

beforeAll(async () => {
  folder = await temporaryFolder("check");
  website = await aWebsite();
  broken = await aWebsite();
  broken.answers(serving("no", 500));
});

afterAll(async () => {
  await website.goAway();
  await broken.goAway();
  await removeFolder(folder);
});

const once = ["--timeout", "2s"];

test("exits 0 when all are up, 1 when any is down, and prints a line each", async () => {
  expect(await sitewire(["check", website.url, "--regexp", "Example", ...once], { folder })).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/Z {2}up +200 .* ms {2}regexp found +http:\/\/127/),
  });
  const mixed = await sitewire(["check", website.url, broken.url, ...once], { folder });
  expect(mixed.code).toBe(1);
  expect(mixed.stdout.split("\n")).toHaveLength(2);
  expect(mixed.stdout).toMatch(/down +500 .*status_unexpected/);
});

test("prints JSON lines that follow the published schema", async () => {
  const { stdout } = await sitewire(["check", website.url, "--json"], { folder });
  expect(checkResultSchema.parse(JSON.parse(stdout))).toMatchObject({ verdict: "up", statusCode: 200 });
});

test.for([
  ["no site", ["check"], /no site to check/],
  ["a pattern that can't be compiled", ["check", "http://x/", "--regexp", "a(b"], /regexp.*missing closing/],
  ["look-around", ["check", "http://x/", "--regexp", "a(?=b)"], /regexp/],
  ["a wrong duration", ["check", "http://x/", "--timeout", "10"], /--timeout is "10".*unit/],
  ["another scheme", ["check", "ftp://example.org/"], /url.*http:\/\/ or https:\/\//],
  ["a URL without a colon", ["check", "http//example.org"], /"http\/\/example.org" is not a URL/],
  ["an option without a site", ["monitor", "--timeout", "1s"], /--timeout is for sites/],
  ["a misspelt option", ["check", "--jsn"], /--jsn.*\n.*--json/],
  ["an unknown command", ["chek"], /^sitewire: unknown command 'chek'/],
  ["--publish without Kafka", ["check", "http://x/", "--publish"], /KAFKA_BROKERS/],
  ["a wrong limit", ["results", "--limit", "none"], /--limit is "none"/],
  ["neither ids nor --all", ["outbox", "retry"], /ids.*--all/],
  ["a wrong date", ["consume", "--from", "soon"], /KAFKA_BROKERS|--from is "soon"/],
] as const)("%s is wrong usage: one clear line and exit 2", async ([, args, message]) => {
  const ended = await sitewire(args, { folder });
  expect(ended.stderr).toMatch(message);
  expect(ended).toMatchObject({ code: 2, stdout: "" });
  expect(ended.stderr).not.toMatch(/ at .*\.ts:\d/);
});

test("a wrong setting in a file names the file, the setting and what is accepted", async () => {
  const file = path.join(folder, "wrong.yaml");
  await writeFile(file, "sites:\n  - url: https://example.org/\n    evry: 10s\n");
  const ended = await sitewire(["--config", file, "check"], { folder });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toMatch(/evry/);
});

test("options stand for the sites of a file too", async () => {
  const file = path.join(folder, "slow.yaml");
  await writeFile(file, `sites:\n  - { url: "${website.url}", name: shop }\n`);
  const ended = await sitewire(["check", "--config", file, "--status", "404", "--json"], { folder });
  expect(checkResultSchema.parse(JSON.parse(ended.stdout))).toMatchObject({
    siteName: "shop",
    verdict: "down",
    error: { code: "status_unexpected" },
  });
});

test("--verbose shows the attempt on standard error, and no secret", async () => {
  const url = website.url.replace("://", "://user:hunter2@");
  const ended = await sitewire(["check", url, "--header", "x-token: hunter2", "--verbose"], { folder });
  expect(ended.code).toBe(0);
  for (const line of [
    /^\* connected to 127/m,
    /^> GET \/ HTTP\/1\.1$/m,
    /^> x-token: \[redacted\]$/m,
    /^< 200$/m,
  ]) {
    expect(ended.stderr).toMatch(line);
  }
  expect(ended.stderr).toMatch(/^\* connect .* total .* ms$/m);
  expect(ended.stderr + ended.stdout).not.toContain("hunter2");
});

test("help and version are everywhere", async () => {
  for (const args of [["--help"], ["check", "--help"], ["sites", "add", "--help"], ["--version"]]) {
    const ended = await sitewire(args, { folder });
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).not.toBe("");
  }
});
