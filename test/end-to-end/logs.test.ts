// Logs: structured, each line once, and never a secret.
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { aDeployment, type Deployment } from "../harness/deployment.ts";
import { aWebsite, type Website } from "../harness/servers/website.ts";
import { startSitewire } from "../harness/sitewire.ts";

const lineSchema = z.looseObject({
  level: z.string(),
  time: z.iso.datetime(),
  app: z.string(),
  msg: z.string(),
});

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

test("every log line is JSON and stands once, and no secret is in any, at any level", async () => {
  const secret = "s3cret-in-the-url";
  const password = new URL(deployment.databaseUrl).password;
  const app = startSitewire(["up", website.url.replace("://", `://user:${secret}@`), "--every", "1s"], {
    folder: deployment.folder,
    environment: { ...deployment.environment, LOG_LEVEL: "trace" },
  });
  await app.line(/"verdict":"up"/);
  await app.line(/batch recorded/);
  const { stderr, stdout, code } = await app.stop();
  expect(code).toBe(0);
  const lines = stderr.split("\n").map((line) => lineSchema.parse(JSON.parse(line)));
  const started = lines.filter(({ msg }) => msg === "sitewire started");
  expect(started).toHaveLength(1);
  // The original system printed each line twice; no two of ours are the same.
  const texts = stderr.split("\n");
  expect(new Set(texts).size).toBe(texts.length);
  for (const output of [stderr, stdout]) {
    expect(output).not.toContain(secret);
    if (password !== "") expect(output).not.toContain(password);
  }
});

test("LOG_LEVEL decides what is said", async () => {
  const app = startSitewire(["up", website.url, "--every", "1s"], {
    folder: deployment.folder,
    environment: { ...deployment.environment, LOG_LEVEL: "error" },
  });
  await app.line(/"verdict":"up"/);
  expect(await app.stop()).toMatchObject({ code: 0, stderr: "" });
});
