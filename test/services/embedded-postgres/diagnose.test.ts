import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { diagnoseEmbedded } from "../../../src/services/embedded-postgres/diagnose.ts";
import { openEmbedded } from "../../../src/services/embedded-postgres/embedded-database.ts";
import { removeFolder, temporaryFolder } from "../../harness/temporary-folder.ts";
import { quietLog } from "../postgres/quiet-log.ts";

let parent: string;

beforeAll(async () => {
  parent = await temporaryFolder("diagnose");
});

afterAll(async () => {
  await removeFolder(parent);
});

test("a folder that is not there yet is fine, and is not made", async () => {
  const folder = path.join(parent, "not", "there");
  const findings = await diagnoseEmbedded({ folder });
  expect(findings).toMatchObject([
    {
      name: "database, folder",
      status: "ok",
      detail: `embedded, ${folder} will be made when it is first needed`,
    },
    { name: "database, tables", status: "ok" },
  ]);
  expect(existsSync(path.join(parent, "not"))).toBe(false);
});

test("an empty folder gets no database by being looked at", async () => {
  const folder = path.join(parent, "empty");
  await mkdir(folder);
  expect(await diagnoseEmbedded({ folder })).toMatchObject([
    { status: "ok" },
    { name: "database, tables", status: "ok" },
  ]);
  expect(existsSync(path.join(folder, "postgres"))).toBe(false);
});

test("a file in the folder's place fails with its fix", async () => {
  const file = path.join(parent, "file");
  await writeFile(file, "");
  expect(await diagnoseEmbedded({ folder: file })).toEqual([
    {
      name: "database, folder",
      status: "failed",
      detail: `${file} is no folder`,
      fix: "name another folder with --data",
    },
    {
      name: "database, tables",
      status: "skipped",
      detail: 'not tried: "database, folder" failed',
      fix: null,
    },
  ]);
});

test("a migrated database is up to date, also while its owner runs", async () => {
  const folder = path.join(parent, "data");
  const database = await openEmbedded({ folder, log: quietLog });
  await database.migrate();
  const good = [
    { status: "ok", detail: `embedded, ${folder} can be written` },
    { status: "ok", detail: "up to date", fix: null },
  ];
  expect(await diagnoseEmbedded({ folder })).toMatchObject(good);
  await database.close();
  expect(await diagnoseEmbedded({ folder })).toMatchObject(good);
});
