// The package as people install it.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aWebsite, type Website } from "../harness/servers/website.ts";
import { removeFolder, temporaryFolder } from "../harness/temporary-folder.ts";

const run = promisify(execFile);
const root = path.join(import.meta.dirname, "..", "..");

let folder: string;
let website: Website;

beforeAll(async () => {
  folder = await temporaryFolder("package");
  website = await aWebsite();
});

afterAll(async () => {
  await website.goAway();
  await removeFolder(folder);
});

test("npm pack, then npm i -g of the tarball, gives a working sitewire", { timeout: 300_000 }, async () => {
  const pack = await run("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: root });
  const tarball = path.join(folder, pack.stdout.trim().split("\n").at(-1) ?? "");
  await run("npm", ["install", "--global", "--no-fund", "--no-audit", "--prefix", folder, tarball]);
  const program = path.join(folder, "bin", "sitewire");
  const environment = { ...process.env, PATH: `${path.dirname(process.execPath)}:${process.env.PATH ?? ""}` };
  const options = { cwd: folder, env: environment };
  expect((await run(program, ["--version"], options)).stdout).toMatch(/^\d+\.\d+\.\d+/);
  const { stdout } = await run(program, ["check", website.url, "--regexp", "Example"], options);
  expect(stdout).toMatch(/up +200/);
  expect((await run(program, ["migrate"], options)).stdout).toMatch(/applied/);
});
