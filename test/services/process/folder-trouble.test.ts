import { expect, test } from "vitest";
import { folderTrouble } from "../../../src/services/process/folder-trouble.ts";

const failed = (code: string) => Object.assign(new Error(`${code}: failed`), { code });

test.each([
  ["EROFS", /^\/data is read-only .*mount a writable volume/],
  ["ENOSPC", /^the disk of \/data is full .*free some space/],
  ["EDQUOT", /^the disk of \/data is full/],
  ["EACCES", /^\/data may not be written by user \d+ .*chown -R \d+ \/data/],
  ["EIO", /^\/data can't be written: EIO: failed$/],
])("a folder's %s is one line with path and remedy", (code, line) => {
  expect(folderTrouble(failed(code), "/data")).toMatch(line);
});
