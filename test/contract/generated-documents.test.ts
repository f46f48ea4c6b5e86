import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generatedDocuments } from "../../scripts/generated-documents.ts";

test.each(Object.entries(generatedDocuments()))(
  "%s says what the program does (npm run docs)",
  (path, text) => {
    expect(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8")).toBe(text);
  },
);
