// The main job on the embedded default, as the README tells people to try it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { checkResultSchema } from "../../src/contract/checks/check-result.ts";
import { eventually } from "../harness/eventually.ts";
import { aWebsite, hanging, serving, type Website } from "../harness/servers/website.ts";
import { program, type RunningSitewire, sitewire, startSitewire } from "../harness/sitewire.ts";
import { removeFolder, temporaryFolder } from "../harness/temporary-folder.ts";

const servedSchema = z.object({ url: z.url() });

let folder: string;
let website: Website;
const running: RunningSitewire[] = [];

beforeEach(async () => {
  folder = await temporaryFolder("up");
  website = await aWebsite();
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((app) => app.stop("SIGKILL")));
  await website.goAway();
  await removeFolder(folder);
});

function up(...args: string[]): RunningSitewire {
  const app = startSitewire(["up", ...args], { folder });
  running.push(app);
  return app;
}

const postmasterFile = () => path.join(folder, ".sitewire", "postgres", "postmaster.pid");

async function recorded(...args: string[]) {
  const { stdout, code, stderr } = await sitewire(["results", "--json", ...args], { folder });
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => checkResultSchema.parse(JSON.parse(line)));
}

test("checks a site, prints a JSON line a result, drains on Ctrl-C and goes on with the same data", async () => {
  const first = up(website.url, "--regexp", "Example Domain", "--every", "1s");
  await first.line(/"verdict":"up"/);
  const ended = await first.stop("SIGINT");
  expect(ended.code).toBe(0);
  const printed = first.stdout.map((line) => checkResultSchema.parse(JSON.parse(line)));
  expect(printed[0]).toMatchObject({ url: website.url, statusCode: 200, regexpMatched: true, verdict: "up" });

  const second = up(website.url, "--regexp", "Example Domain", "--every", "1s");
  await second.line(/"verdict":"up"/);
  const all = await recorded();
  const slots = new Set(all.map((result) => result.slot));
  expect(slots.size).toBe(all.length);
  for (const result of printed) expect(slots).toContain(result.slot);
  expect((await second.stop()).code).toBe(0);
});

test("a terminal that is closed is a request to stop: nothing is left running", async () => {
  const app = up(website.url, "--every", "1s");
  await app.line(/"verdict":"up"/);
  expect(await app.stop("SIGHUP")).toMatchObject({ code: 0 });
  expect(existsSync(postmasterFile())).toBe(false);
});

test("a service manager's SIGTERM and SIGHUP together are one request to stop", async () => {
  const app = up(website.url, "--every", "1s");
  await app.line(/"verdict":"up"/);
  app.signal("SIGTERM");
  app.signal("SIGHUP");
  expect(await app.ended).toMatchObject({ code: 0 });
  expect(existsSync(postmasterFile())).toBe(false);
});

test("a second Ctrl-C ends it while it drains, and the embedded PostgreSQL with it", async () => {
  website.answers(hanging);
  const app = up(website.url, "--every", "1s", "--timeout", "60s");
  await eventually("the site is checked", () => website.requests > 0);
  const repeating = setInterval(() => app.signal("SIGINT"), 100);
  expect(await app.ended).toMatchObject({ code: 130 });
  clearInterval(repeating);
  await eventually("the server ends", () => !existsSync(postmasterFile()));
});

test("so is a reader that has seen enough", async () => {
  const command = [process.execPath, program, "up", website.url, "--every", "1s"];
  const piped = spawn(`${command.map((part) => `'${part}'`).join(" ")} | head -n 1`, {
    shell: true,
    cwd: folder,
    stdio: ["ignore", "pipe", "ignore"],
  });
  await once(piped, "close");
  expect(existsSync(postmasterFile())).toBe(false);
});

test("a site that fails in every way is told apart in what is recorded", async () => {
  const app = up(website.url, "--regexp", "Example Domain", "--every", "1s", "--timeout", "400ms");
  await app.line(/"verdict":"up"/);
  website.answers(serving("<h1>Example Domain</h1>", 500));
  await app.line(/status_unexpected/);
  website.answers(hanging);
  await app.line(/first_byte_timeout/);
  website.answers(serving("<h1>Something else</h1>"));
  await app.line(/regexp_missing/);
  await website.goAway();
  await app.line(/connect_refused/);
  const results = await recorded("--site", website.url, "--since", "1h");
  const codes = new Set(results.map((result) => result.error?.code ?? "up"));
  for (const code of ["up", "status_unexpected", "first_byte_timeout", "regexp_missing", "connect_refused"]) {
    expect(codes).toContain(code);
  }
  const instants = results.map((result) => result.slot);
  expect(instants).toEqual(instants.toSorted().reverse());
});

test("a second one on the same folder is refused with one clear line", async () => {
  const first = up(website.url, "--every", "1s");
  await first.line(/"verdict":"up"/);
  const second = await sitewire(["up", website.url], { folder });
  expect(second.code).toBe(1);
  expect(second.stderr.split("\n").filter((line) => line.startsWith("sitewire: "))).toHaveLength(1);
  expect(second.stderr).toMatch(new RegExp(`${first.pid}`));
});

test("without a site it serves the dashboard, and checks what is added there", async () => {
  const app = up();
  const { url } = servedSchema.parse(JSON.parse(await app.line(/"dashboard served"/)));
  expect(await (await fetch(`${url}api/v1/session`)).json()).toMatchObject({ rights: ["read"] });
  expect(await sitewire(["sites", "add", website.url, "--every", "1s"], { folder })).toMatchObject({
    code: 0,
  });
  await app.line(/"verdict":"up"/);
  expect((await app.stop()).code).toBe(0);
});

test("without a site and a dashboard it says in two lines how to name one", async () => {
  const ended = await sitewire(["up", "--no-dashboard"], { folder });
  expect(ended).toMatchObject({ code: 2, stdout: "" });
  expect(ended.stderr.split("\n")).toHaveLength(2);
});

test("where the port is in use it takes the next one and says so", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const address = z.object({ port: z.number() }).parse(taken.address());
  const app = up(website.url, "--listen", `127.0.0.1:${address.port}`);
  await app.line(/"port of the dashboard is in use/);
  const { url } = servedSchema.parse(JSON.parse(await app.line(/"dashboard served"/)));
  expect(Number(new URL(url).port)).toBeGreaterThan(address.port);
  const alone = await sitewire(["server", "--data", "other", "--listen", `:${address.port}`], { folder });
  expect(alone.code).not.toBe(0);
  taken.close();
});

test("no other address than loopback is served before there is an administrator", async () => {
  const ended = await sitewire(["up", website.url, "--listen", "0.0.0.0:0"], { folder });
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(
    /^sitewire: the dashboard is not served at 0\.0\.0\.0:0 before there is an administrator/m,
  );
});

test("the site of AV_BASE_URL is watched where no other is named", async () => {
  const app = startSitewire(["up", "--every", "1s"], { folder, environment: { AV_BASE_URL: website.url } });
  running.push(app);
  await app.line(/"verdict":"up"/);
});

test("sites are added, listed, checked by a running one, and removed", async () => {
  expect(await sitewire(["migrate"], { folder })).toMatchObject({ code: 0 });
  const added = await sitewire(["sites", "add", website.url, "--name", "home", "--every", "1s"], { folder });
  expect(added).toMatchObject({ code: 0, stderr: "" });
  const app = up();
  await app.line(/"siteName":"home"/);
  await sitewire(["sites", "add", `${website.url}other`, "--every", "1s"], { folder });
  await app.line(/\/other"/);
  const secret = `${website.url.replace("://", "://user:hunter2@")}third`;
  for (const args of [["add", secret, "--disabled"], ["list"], ["list", "--json"]]) {
    const shown = await sitewire(["sites", ...args], { folder });
    expect(shown).toMatchObject({ code: 0, stderr: "" });
    expect(shown.stdout).toContain("user:***@");
    expect(shown.stdout).not.toContain("hunter2");
  }
  const list = await sitewire(["sites", "list", "--enabled"], { folder });
  expect(list.stdout.split("\n")).toHaveLength(2);
  expect(await sitewire(["sites", "remove", "home"], { folder })).toMatchObject({ code: 0 });
  expect(await sitewire(["sites", "remove", "home"], { folder })).toMatchObject({ code: 1 });
});
