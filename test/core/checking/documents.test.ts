// docs/checks.md and docs/check-errors.md are held against what the program knows.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { addressClasses } from "../../../src/contract/checks/address-class.ts";
import { checkErrorCodes } from "../../../src/contract/checks/check-error-code.ts";
import { CHECK_OPTION_DEFAULTS, checkOptionsSchema } from "../../../src/contract/checks/check-options.ts";
import { siteEntrySchema } from "../../../src/contract/settings/configuration.ts";

function document(name: string): string {
  return readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8");
}

describe("docs/check-errors.md", () => {
  test("explains every code, in the order of the contract, and no other", () => {
    const explained = [...document("check-errors.md").matchAll(/^\| `([a-z_]+)` \|/gm)].map(
      ([, code]) => code,
    );
    expect(explained).toEqual([...checkErrorCodes]);
  });
});

describe("docs/checks.md", () => {
  const checks = document("checks.md");

  test("names every option", () => {
    for (const option of Object.keys(checkOptionsSchema.shape)) {
      expect(checks).toMatch(new RegExp(`\`${option}[\`.]`));
    }
  });

  test("names the defaults", () => {
    const { retries, retryDelayMs, maxRedirects, maxRetryAfterMs, expectedStatus } = CHECK_OPTION_DEFAULTS;
    for (const row of [
      `| \`maxRedirects\` | ${maxRedirects} |`,
      `| \`expectedStatus\` | ${expectedStatus} |`,
      `| \`retries\`, \`retryDelayMs\` | ${retries}, ${retryDelayMs} |`,
      `| \`maxRetryAfterMs\` | ${maxRetryAfterMs} |`,
    ]) {
      expect(checks).toContain(row);
    }
  });

  test("names every class of addresses", () => {
    for (const name of addressClasses) expect(checks).toContain(`| \`${name}\` |`);
  });

  test("has an example that is accepted as it stands", () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(checks)?.[1] ?? "";
    const { sites } = parse(example.replaceAll(/\$\{\w+\}/g, "from-the-environment"));
    expect(sites.length).toBeGreaterThan(2);
    for (const site of sites) expect(siteEntrySchema.parse(site)).toMatchObject({ url: site.url });
  });
});
