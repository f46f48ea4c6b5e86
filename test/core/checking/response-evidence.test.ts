// What is kept of a response: bounded, of use to a person, and without secrets.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { responseEvidenceSchema } from "../../../src/contract/checks/response-evidence.ts";
import type { Observation } from "../../../src/core/checking/ports.ts";
import { evidenceOf } from "../../../src/core/checking/response-evidence.ts";
import { withoutSecretText } from "../../../src/core/checking/secret-text.ts";

function answered(
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
  redirects: readonly string[] = [],
): Pick<Observation, "response" | "redirects"> {
  const fields = Object.entries(headers).map(([name, value]) => [name, [value]] as const);
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  return {
    redirects,
    response: { statusCode: 503, headers: new Map(fields), body: bytes, bodyTruncated: false },
  };
}

describe("the evidence of a response", () => {
  test("has the headers that help, and never those with secrets", () => {
    const headers = {
      server: "nginx",
      "set-cookie": "sid=1",
      authorization: "Bearer x",
      "retry-after": "30",
    };
    expect(evidenceOf(answered("", headers), [])?.headers).toEqual([
      { name: "server", value: "nginx" },
      { name: "retry-after", value: "30" },
    ]);
  });

  test("keeps the first 2 KiB of a page and says that there is more", () => {
    const evidence = evidenceOf(answered(`${"€".repeat(1000)}end`), []);
    expect(evidence?.bodyCut).toBe(true);
    expect(Buffer.byteLength(evidence?.body ?? "")).toBe(2046);
  });

  test("has no body where it is no text", () => {
    expect(evidenceOf(answered(Buffer.alloc(3000, 0x80)), [])).toMatchObject({ body: null, bodyCut: true });
  });

  test("names the redirects without credentials and query values", () => {
    const { redirects } = evidenceOf(answered("", {}, ["https://u:p@a.example/in?code=s3cret#x"]), []) ?? {};
    expect(redirects).toEqual(["https://a.example/in?code=…"]);
  });

  test("is absent without a response", () => {
    expect(evidenceOf({ response: null, redirects: [] }, [])).toBeNull();
  });

  test("always fits its schema", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6000 }), fc.string({ unit: "binary" }), (bytes, header) => {
        const evidence = evidenceOf(
          answered(bytes, { server: header }, [`https://a.example/?${header}`]),
          [],
        );
        expect(responseEvidenceSchema.safeParse(evidence).error).toBeUndefined();
        expect(Buffer.byteLength(evidence?.body ?? "")).toBeLessThanOrEqual(2048);
      }),
    );
  });
});

describe("secrets in a page", () => {
  test.each([
    [
      "a password in JSON",
      '{"db_password": "hunter22", "port": 1}',
      '{"db_password": "[redacted]", "port": 1}',
    ],
    ["an assignment", "API_KEY=abcdef123 next", 'API_KEY="[redacted]" next'],
    [
      "a form's token",
      '<input name="csrf_token" value="abc123">',
      '<input name="csrf_token" value="[redacted]">',
    ],
    ["a bearer token", "sent: Bearer abc.def-123", "sent: Bearer [redacted]"],
    ["a JSON Web Token", "x eyJhbGciOi.eyJzdWIiOi.c2ln y", "x [redacted] y"],
    ["a URL's password", "postgres://app:pw@db/x", "postgres://app:[redacted]@db/x"],
    ["a key by its form", "AKIAIOSFODNN7EXAMPLE!", "[redacted]!"],
    ["a private key", "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----", "[redacted]"],
  ])("%s", (_, text, shown) => {
    expect(withoutSecretText(text, [])).toBe(shown);
  });

  test("those of the site itself, in any form, are removed", () => {
    const shown = withoutSecretText('echo: p"ss/w and p%22ss%2Fw and p\\"ss/w', ['p"ss/w']);
    expect(shown).toBe("echo: [redacted] and [redacted] and [redacted]");
  });

  test("ordinary error pages stay as they are", () => {
    const page = "<h1>502 Bad Gateway</h1>\n<p>nginx/1.25: upstream timed out (110)</p>";
    expect(withoutSecretText(page, [])).toBe(page);
  });

  test("no text of 4 KiB takes long", () => {
    for (const text of [
      "token".repeat(800),
      "a:".repeat(2000),
      'name="token"'.repeat(300),
      "eyJaaaaa.".repeat(400),
    ]) {
      const before = process.cpuUsage();
      withoutSecretText(text, []);
      expect(process.cpuUsage(before).user).toBeLessThan(500_000);
    }
  });
});
