// docs/architecture.md is held against the source tree.
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../../", import.meta.url);
const text = readFileSync(new URL("docs/architecture.md", root), "utf8");

test("every path that docs/architecture.md names is there", () => {
  const named = [...text.matchAll(/`((?:src|test|bench|docs|migrations|scripts)\/[\w./-]+)`/g)].map(
    ([, path]) => path ?? "",
  );
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
});

test("every page it links to is there", () => {
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path ?? "");
  expect(links.filter((path) => !existsSync(new URL(`docs/${path}`, root)))).toEqual([]);
});
