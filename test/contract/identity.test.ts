import { describe, expect, test } from "vitest";
import { siteIdOf } from "../../src/contract/identity.ts";

describe("a site's id", () => {
  test("is the same for every way of writing the same URL", () => {
    const id = siteIdOf({ url: "https://example.org/" });
    expect(siteIdOf({ url: "HTTPS://EXAMPLE.org:443" })).toBe(id);
    expect(siteIdOf({ url: "https://example.org/#top" })).toBe(id);
    expect(siteIdOf({ url: "https://example.org/other" })).not.toBe(id);
  });

  test("comes from the name where there is one, whatever the URL", () => {
    expect(siteIdOf({ name: "shop", url: "https://a.example/" })).toBe(
      siteIdOf({ name: "shop", url: "https://b.example/" }),
    );
  });

  test("never changes between versions, or history would be orphaned", () => {
    expect(siteIdOf({ url: "https://example.org/" })).toBe("527dda32-a0de-5105-a042-cb475b5f7d11");
    expect(siteIdOf({ name: "shop", url: "https://example.org/" })).toBe(
      "91553909-4dba-514a-a1d6-f65c775ef69b",
    );
  });
});
