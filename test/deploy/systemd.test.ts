import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { removeFolder, temporaryFolder } from "../harness/temporary-folder.ts";

const units = path.join(import.meta.dirname, "..", "..", "deploy", "systemd");

test("systemd finds nothing wrong with the units", async ({ skip }) => {
  skip(!existsSync("/usr/bin/systemd-analyze"), "this machine has no systemd");
  const folder = await temporaryFolder("units");
  onTestFinished(() => removeFolder(folder));
  const names = await readdir(units);
  for (const name of names) {
    const text = await readFile(path.join(units, name), "utf8");
    // systemd wants the program to be there.
    await writeFile(path.join(folder, name), text.replaceAll("/usr/bin/sitewire", process.execPath));
  }
  const verified = await promisify(execFile)("systemd-analyze", [
    "verify",
    "--man=no",
    ...names.map((name) => path.join(folder, name)),
  ]);
  expect(verified.stdout + verified.stderr).toBe("");
});

test("every service is confined in the same way", async () => {
  for (const name of (await readdir(units)).filter((file) => file.endsWith(".service"))) {
    const text = await readFile(path.join(units, name), "utf8");
    for (const line of [
      "DynamicUser=yes",
      "ProtectSystem=strict",
      "NoNewPrivileges=yes",
      "CapabilityBoundingSet=",
    ]) {
      expect(text.split("\n"), name).toContain(line);
    }
  }
});
