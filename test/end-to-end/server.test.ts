// `sitewire server` beside the other apps: it waits for an administrator, serves, and drains its streams.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { aDeployment, type Deployment } from "../harness/deployment.ts";
import { followLive } from "../harness/servers/event-stream.ts";

const servedSchema = z.object({ url: z.url() });
const PASSWORD = "correct horse battery staple";

let deployment: Deployment;

beforeAll(async () => {
  deployment = await aDeployment();
  await writeFile(path.join(deployment.folder, "password"), `${PASSWORD}\n`);
});

afterAll(async () => {
  await deployment.remove();
});

test("SIGTERM ends it within ten seconds while browsers follow it", async () => {
  const app = deployment.start("server");
  const { url } = servedSchema.parse(JSON.parse(await app.line(/"dashboard served"/)));
  const streams = await Promise.all(Array.from({ length: 5 }, () => followLive(`${url}api/v1/live`)));
  await Promise.all(streams.map((stream) => stream.next("hello")));
  const ended = Promise.race([
    app.stop("SIGTERM"),
    new Promise<never>((_resolve, reject) => {
      AbortSignal.timeout(10_000).addEventListener("abort", () => reject(new Error("it still runs")));
    }),
  ]);
  expect((await ended).code).toBe(0);
  await Promise.all(streams.map((stream) => stream.ended));
});

test("on another address than loopback it serves as soon as there is an administrator, to whom has signed in", async () => {
  const app = deployment.start("server", "--listen", "0.0.0.0:0");
  await app.line(/not serving: there is no administrator yet/);
  const made = await deployment.run("people", "setup", "ada@example.org", "--password-file", "password");
  expect(made).toMatchObject({ code: 0, stderr: "" });
  expect(made.stdout).not.toContain(PASSWORD);
  const { url } = servedSchema.parse(JSON.parse(await app.line(/"dashboard served"/)));
  const throughProxy = { headers: { "x-forwarded-for": "192.0.2.7" } };
  expect((await fetch(`${url}api/v1/live`, throughProxy)).status).toBe(401);
  const again = await deployment.run("people", "setup", "eve@example.org", "--password-file", "password");
  expect(again.code).toBe(1);
  expect(again.stderr).toMatch(/^sitewire: there is an administrator already/m);
  expect((await app.stop()).code).toBe(0);
});
