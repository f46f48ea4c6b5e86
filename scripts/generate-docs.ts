/**
 * Writes what is generated from the schemas: the JSON Schemas in docs/schemas/ and docs/configuration.md. With
 * `--check` it writes nothing and exits 1 when a file is not what it would write.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { generatedDocuments } from "./generated-documents.ts";

const root = new URL("../", import.meta.url);
const check = process.argv.includes("--check");
let stale = 0;
for (const [path, text] of Object.entries(generatedDocuments())) {
  const file = new URL(path, root).pathname;
  const current = readCurrent(file);
  if (current === text) continue;
  stale += 1;
  if (check) {
    process.stderr.write(`${path} is out of date: run npm run docs\n`);
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    process.stdout.write(`wrote ${path}\n`);
  }
}
process.exitCode = check && stale > 0 ? 1 : 0;

function readCurrent(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
