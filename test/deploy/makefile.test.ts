import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { ensureSystemPackages } from "../harness/system-packages.ts";

const folder = path.join(import.meta.dirname, "..", "..");
const make = async (...args: string[]) => (await promisify(execFile)("make", args, { cwd: folder })).stdout;

beforeAll(async () => {
  for (const line of (await ensureSystemPackages(["make"])).values()) throw new Error(line);
});

test("make alone lists every target", async () => {
  const listed = (await make()).split("\n").map((line) => line.trim().split(/ +/)[0]);
  for (const target of ["up", "test", "run_aiven", "start_consumer", "image", "compose-up"]) {
    expect(listed).toContain(target);
  }
});

test.each([
  ["run_aiven", "npm run run_aiven\n"],
  ["start_consumer", "npm run start_consumer\n"],
  ["up", "npm start\n"],
  ["test", "npm test\n"],
  ["image", "DOCKER_BUILDKIT=1 docker build -t sitewire .\n"],
])("make %s is one line over npm or docker", async (target, line) => {
  expect(await make("--dry-run", target)).toBe(line);
});
