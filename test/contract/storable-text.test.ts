import { describe, expect, test } from "vitest";
import { defineSite } from "../../src/contract/checks/site.ts";
import { storableTextSchema, toStorableText } from "../../src/contract/storable-text.ts";

describe("text that can be stored", () => {
  test.each(["", "plain", "Zürich", "😀", "a😀b😀", "\ufffd"])("is %j", (text) => {
    expect(storableTextSchema.parse(text)).toBe(text);
  });

  test.each(["\u0000", "a\u0000b", "\ud800", "\udc00\ud800", "a\ud83d", "😀\ude00"])("is not %j", (text) => {
    expect(() => storableTextSchema.parse(text)).toThrow(/U\+0000 or a lone surrogate/);
    expect(storableTextSchema.safeParse(toStorableText(text, 10)).success).toBe(true);
  });

  test.each(["name", "url", "regexp"] as const)("is asked for where a site's %s enters", (field) => {
    for (const bad of ["\u0000", "\ud800"]) {
      const site = { url: "https://example.org/", [field]: `https://${bad}` };
      expect(() => defineSite(site)).toThrow(new RegExp(`"${field}"`));
    }
  });
});
