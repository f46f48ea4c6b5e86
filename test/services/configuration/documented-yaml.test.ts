// Every YAML block of the docs is accepted: by the schema that editors use, and by the program.
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { configurationSchema } from "../../../src/contract/settings/configuration.ts";
import { siteOfEntry } from "../../../src/core/sites/named-sites.ts";
import { loadConfiguration } from "../../../src/services/configuration/load.ts";

const root = new URL("../../../", import.meta.url).pathname;
const schema: object = JSON.parse(readFileSync(join(root, "docs/schemas/sitewire-yaml.json"), "utf8"));
const validate = new Ajv2020({ strict: false, formats: { uri: true } }).compile(schema);

/** Blocks of other programs' YAML have none of our settings at their top. */
function isOurs(text: string): boolean {
  const value: unknown = parse(text);
  const settings = Object.keys(configurationSchema.shape);
  return typeof value === "object" && value !== null && settings.some((name) => name in value);
}

const blocks = ["README.md", ...globSync("docs/**/*.md", { cwd: root })].flatMap((file) => {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/^```ya?ml\n([\s\S]*?)^```/gm)]
    .map(([, block = ""], index) => ({ name: `${file}, block ${index + 1}`, block }))
    .filter(({ block }) => isOurs(block));
});

test("there are documented examples", () => {
  expect(blocks.length).toBeGreaterThanOrEqual(2);
});

test.each(blocks)("$name passes the published schema and is read", ({ block }) => {
  expect(validate(parse(block)), JSON.stringify(validate.errors)).toBe(true);
  const folder = mkdtempSync(join(tmpdir(), "sitewire-docs-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "sitewire.yaml"), block);
  const names = [...block.matchAll(/\$\{([A-Za-z_]+)/g)].map(([, name = ""]) => name);
  const environment = Object.fromEntries(
    names.map((name) => [name, name.endsWith("_URL") ? "https://service.example/a-secret" : "a-secret"]),
  );
  const { sites } = loadConfiguration({ flags: {}, environment, workingDirectory: folder });
  for (const [index, site] of sites.entries()) siteOfEntry(site, `sites[${index}]`);
});
