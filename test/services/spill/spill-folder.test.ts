import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import type { CheckResult } from "../../../src/contract/checks/check-result.ts";
import type { SpilledBatch } from "../../../src/core/scheduling/spilled-results.ts";
import { createSpillFolder } from "../../../src/services/spill/spill-folder.ts";
import { aResult } from "../../contract/a-result.ts";
import { removeFolder, temporaryFolder } from "../../harness/temporary-folder.ts";

let folder: string;
let errors: object[];

beforeEach(async () => {
  const parent = await temporaryFolder("spill");
  onTestFinished(() => removeFolder(parent));
  folder = path.join(parent, "with spaces", "unstored-results");
  errors = [];
});

const log = { debug() {}, info() {}, warn() {}, error: (fields: object) => void errors.push(fields) };
const aSpill = (maxBytes = 1_000_000) => createSpillFolder({ folder, maxBytes, log });
const results = (count: number, day = 24): readonly CheckResult[] =>
  Array.from({ length: count }, (_, n) =>
    aResult({ slot: `2026-11-${day}T12:00:${String(n).padStart(2, "0")}.000Z`, siteName: "Zürich\n\u2028" }),
  );

async function left(): Promise<readonly SpilledBatch[]> {
  const batches: SpilledBatch[] = [];
  for await (const batch of aSpill().read()) batches.push(batch);
  return batches;
}

test("what is written is read back as it was, run by run, until it is removed", async () => {
  expect(await aSpill().write(results(3))).toBe(3);
  expect(await aSpill().write(results(2, 25))).toBe(2);
  const batches = await left();
  expect(batches.map((batch) => batch.results)).toEqual([results(3), results(2, 25)]);
  await batches[0]?.remove();
  expect((await left()).map((batch) => batch.results)).toEqual([results(2, 25)]);
});

test("where nothing was written there is nothing, and no folder either", async () => {
  expect(await left()).toEqual([]);
  await expect(readdir(folder)).rejects.toThrow("ENOENT");
});

test("all runs together take no more than the bound", async () => {
  const lineBytes = Buffer.byteLength(`${JSON.stringify(results(1)[0])}\n`);
  expect(await aSpill(lineBytes * 3).write(results(2))).toBe(2);
  expect(await aSpill(lineBytes * 3).write(results(2))).toBe(1);
  expect(await aSpill(lineBytes * 3).write(results(2))).toBe(0);
});

test("a line that is no result takes no other with it, and its file is kept for a person to look at", async () => {
  await aSpill().write(results(2));
  const [file = ""] = await readdir(folder);
  await writeFile(path.join(folder, file), `{"siteId":"\n${JSON.stringify(aResult())}\nnull\n`);
  const [batch] = await left();
  expect(batch?.results).toEqual([aResult()]);
  expect(errors).toMatchObject([{ lines: 2 }]);
  await batch?.remove();
  expect(await left()).toEqual([]);
  expect(await readdir(folder)).toEqual([`${file}.unreadable`]);
});

test("what a killed run left unfinished is not read", async () => {
  await aSpill().write(results(1));
  await writeFile(path.join(folder, "2026-11-24.part"), "{");
  expect(await left()).toHaveLength(1);
});

test("a folder that can't be written is told with the reason and the remedy, before and when it is needed", async () => {
  const file = path.join(folder, "..", "..", "a-file");
  await writeFile(file, "");
  const unusable = createSpillFolder({ folder: path.join(file, "unstored-results"), maxBytes: 1000, log });
  await expect(unusable.write(results(1))).rejects.toThrow(
    /a-file\/unstored-results can't be written: .*ENOTDIR/,
  );
  await expect(aSpill().assertWritable()).resolves.toBeUndefined();
});
