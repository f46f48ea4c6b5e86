// Nothing that a person can write in a file or a variable gives anything but a sentence.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { UsageError } from "../../../src/contract/errors.ts";
import { configurationSchema } from "../../../src/contract/settings/configuration.ts";
import { environmentVariables } from "../../../src/contract/settings/environment-variables.ts";
import { siteOfEntry } from "../../../src/core/sites/named-sites.ts";
import { kafkaSettings } from "../../../src/services/configuration/connections.ts";
import { loadConfiguration } from "../../../src/services/configuration/load.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sitewire-yaml-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function load(yaml: string | Uint8Array, environment: Record<string, string> = {}) {
  writeFileSync(join(folder, "sitewire.yaml"), yaml);
  const configuration = loadConfiguration({ flags: {}, environment, workingDirectory: folder });
  const sites = configuration.sites.map((entry, index) => siteOfEntry(entry, `sites[${index}]`));
  kafkaSettings(configuration, folder);
  return { configuration, sites };
}

/** The error's text; null where there is none. Any other error than a sentence is thrown on. */
function complaint(yaml: string | Uint8Array, environment: Record<string, string> = {}): string | null {
  try {
    load(yaml, environment);
    return null;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.message;
  }
}

const site = "sites:\n  - url: https://a.example/\n";

describe("a secret that sitewire.yaml takes from a file", () => {
  const slack = (reference: string): string => `channels: { team: { type: slack, url: "${reference}" } }\n`;
  const given = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  test("is the text of the file, without the line break at its end", () => {
    const path = given("slack-url", "https://hooks.example/a-path-secret\r\n");
    const { configuration } = load(slack(`\${file:${path}}`));
    expect(configuration.channels.team).toMatchObject({ url: "https://hooks.example/a-path-secret" });
  });

  test("may stand within a text, and beside the YAML file", () => {
    given("part", "a-path-secret");
    const { configuration } = load(slack("https://hooks.example/${file:part}"));
    expect(configuration.channels.team).toMatchObject({ url: "https://hooks.example/a-path-secret" });
  });

  test.each([
    [
      "that is not there",
      () => "/nowhere/x",
      "the file /nowhere/x cannot be read (ENOENT): there is no such file",
    ],
    ["that is a folder", () => folder, "cannot be read (EISDIR): it is a folder: name a file in it"],
    ["that is empty", () => given("empty", "\n"), "is empty: write the secret into it"],
    ["that is no text", () => given("binary", Uint8Array.of(0xff, 0xfe)), "is not UTF-8 text"],
    ["without end", () => "/dev/zero", "has more than 64 KiB"],
    ["without a name", () => "", "names no file: write its path"],
  ])("%s is one line that names field, file and fix", (_, path, told) => {
    const line = complaint(slack(`\${file:${path()}}`));
    expect(line).toMatch(/^sitewire\.yaml: channels\.team\.url: [^\n]+$/);
    expect(line).toContain(told);
  });

  // The superuser reads everything.
  test.skipIf(process.getuid?.() === 0)("that this user may not read says whose reading it takes", () => {
    const path = given("unreadable", "x");
    chmodSync(path, 0);
    expect(complaint(slack(`\${file:${path}}`))).toContain("(EACCES): let the user of this process read it");
  });

  test("is never shown, in whatever setting it stands", () => {
    const path = given("secret", "hunter2");
    const line = complaint(`location: ["\${file:${path}}"]\nlogLevel: "\${file:${path}}"\n`);
    expect(line).toContain("logLevel (from sitewire.yaml): must be");
    expect(line).not.toContain("hunter2");
  });
});

describe("numbers and booleans", () => {
  test("may come from variables", () => {
    const yaml = `${site}    retries: "\${RETRIES}"\n    enabled: \${ON:-false}\n    tls: { verify: "\${VERIFY}" }\n`;
    const { sites } = load(`${yaml}checks: { maxConcurrent: "\${MANY}" }\n`, {
      RETRIES: "4",
      VERIFY: "true",
      MANY: "7",
    });
    expect(sites[0]).toMatchObject({ enabled: false, options: { retries: 4, tls: { verify: true } } });
  });

  test("that are none are told with the site's name", () => {
    const yaml = "sites:\n  - { url: 'https://a.example/', name: shop, retries: '${RETRIES}' }\n";
    expect(complaint(yaml, { RETRIES: "many" })).toBe(
      'sites[0].retries of shop (from sitewire.yaml) is "many": must be a number',
    );
  });

  test("stay text where text is expected", () => {
    expect(
      load(`${site}    body: "\${BODY}"\n    method: POST\n`, { BODY: "1.10" }).sites[0]?.options.body,
    ).toBe("1.10");
  });

  test.each([
    ["expectedStatus: 403", { expectedStatus: "403" }],
    ["ipVersion: 4", { ipVersion: "4" }],
    ["httpVersion: 1.1", { httpVersion: "1.1" }],
    [
      "authentication: { type: bearer, token: 'a:b!c' }",
      { authentication: { type: "bearer", token: "a:b!c" } },
    ],
  ])("%s needs no quotes", (line, options) => {
    expect(load(`${site}    ${line}\n`).sites[0]?.options).toEqual(options);
  });
});

test("merge keys merge", () => {
  const yaml = "sites:\n  - &base { url: 'https://a.example/', retries: 1 }\n  - { <<: *base, name: b }\n";
  expect(load(yaml).sites[1]).toMatchObject({
    name: "b",
    url: "https://a.example/",
    options: { retries: 1 },
  });
});

test.each([
  ["an alias that isn't there", "location: *foo", /sitewire\.yaml: .*alias/i],
  ["an alias to itself", "sites: &a [*a]", /sitewire\.yaml: .*alias/],
  ["many aliases of aliases", bomb(), /sitewire\.yaml: .*alias/i],
  ["deep nesting", `location: ${"[".repeat(20_000)}`, /sitewire\.yaml: /],
  ["two documents", "a: 1\n---\nb: 2\n", /sitewire\.yaml: .*multiple documents/],
  ["a tag nobody knows", "location: !secret x", null],
  ["one key twice", "location: a\nlocation: b", /sitewire\.yaml: .*unique/],
  ["a list for settings", "- a", /must contain settings by name/],
  ["a mapping for text", "location: { a: 1 }", /location \(from sitewire\.yaml\): must be text/],
  ["U+0000 in a name", `${site}    name: "a\\0b"`, /sites\[0\]\.name of .*U\+0000/],
  [
    "half a surrogate pair in a URL",
    'sites: [{url: "https://a.example/\\ud800"}]',
    /sites\[0\]\.url.*surrogate/,
  ],
  ["U+0000 in the location", 'location: "\\0"', /location.*U\+0000/],
  ["a wrong part of a group", `${site}    tls: { ca: 5 }`, /sites\[0\]\.tls\.ca of https.*must be text/],
  ["a number too small", `${site}    retries: -1`, /sites\[0\]\.retries of .*"-1": must be at least 0/],
  ["a wrong header name", `${site}    headers: { "a b": c }`, /sites\[0\]\.headers.* must be a header name/],
  ["a wrong choice", `${site}    method: FETCH`, /sites\[0\]\.method.*must be GET, HEAD, .* or OPTIONS/],
  ["another kind of login", `${site}    authentication: { type: digest }`, /authentication\.type/],
  ["an empty text", "location: ''", /location.*must not be empty/],
  [
    "an interval too short",
    `${site}    every: 10ms`,
    /sites\[0\]: every of https:\/\/a\.example\/ is 10ms: must be from 1s to 1d/,
  ],
])("%s is told in one line", (_what, yaml, expected) => {
  const said = complaint(yaml);
  if (expected === null) return expect(said).toBeNull();
  expect(said).toMatch(expected);
  expect(said?.split("\n")).toHaveLength(1);
  expect(said).not.toMatch(/Invalid|Too |expected|record|undefined/);
});

function bomb(): string {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < 9; level += 1) {
    lines.push(
      `a${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(", ")}]`,
    );
  }
  return lines.join("\n");
}

test.each([
  "http//example.org",
  "http:/example.org",
  "mailto:a@b.c",
  "https:///example.org",
  "https://a.example\\b",
  "ftp://example.org/",
  "https://a\tb.example/",
  "example.org",
])("the URL %j is refused, not made another one", (url) => {
  expect(complaint(stringify({ sites: [{ url }] }))).toMatch(
    /sites\[0\].*url .*must be an http:\/\/ or https:\/\/ URL/,
  );
});

test("a trailing comma among brokers names nothing, and a wrong broker list is told by its variable", () => {
  expect(load("", { KAFKA_BROKERS: "a:1,b:2," }).configuration.kafka.brokers).toEqual(["a:1", "b:2"]);
  expect(complaint("", { KAFKA_BROKERS: "," })).toMatch(/kafka\.brokers \(from KAFKA_BROKERS\)/);
});

describe("a secret in a file", () => {
  test("is read from the file that the variable's twin names", () => {
    writeFileSync(join(folder, "password"), "hunter2\n");
    const { kafka } = load("", { KAFKA_PASSWORD_FILE: "password" }).configuration;
    expect(kafka.password).toBe("hunter2");
  });

  test("is refused beside the variable itself, and when the file is missing or empty", () => {
    expect(complaint("", { KAFKA_PASSWORD_FILE: "password", KAFKA_PASSWORD: "x" })).toBe(
      "KAFKA_PASSWORD and KAFKA_PASSWORD_FILE are both set: set one of them",
    );
    expect(complaint("", { DATABASE_URL_FILE: "nowhere" })).toMatch(
      /DATABASE_URL_FILE: the file nowhere .*ENOENT/,
    );
    writeFileSync(join(folder, "empty"), "\n");
    expect(complaint("", { DATABASE_URL_FILE: "empty" })).toMatch(
      /DATABASE_URL_FILE: the file empty is empty/,
    );
  });
});

const hostileText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom(
    "${",
    "${A}",
    "$${",
    "${A:-*x}",
    "__proto__",
    "constructor",
    "\0",
    "\ud800",
    "1e999",
    "*a",
    "&a",
    "<<",
  ),
);
const settingNames = [
  ...Object.keys(configurationSchema.shape),
  ...["url", "name", "regexp", "every", "retries", "headers", "tls", "json", "brokers", "__proto__", "<<"],
];
const hostileValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    hostileText,
    fc.double(),
    fc.constantFrom<unknown>(null, true, false, -0, Number.NaN),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...settingNames), hostileText), tie("value"), { maxKeys: 5 }),
  ),
})).value;

describe("whatever stands in", () => {
  test("a file's settings is accepted or told", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...settingNames), hostileValue), (value) => {
        complaint(stringify(value));
      }),
      { numRuns: 500 },
    );
  });

  test("the settings of a site is accepted or told", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...settingNames), hostileValue), (value) => {
        complaint(stringify({ sites: [{ url: "https://a.example/", ...value }] }));
      }),
      { numRuns: 500 },
    );
  });

  test("a file's bytes is accepted or told", () => {
    const syntax = fc.constantFrom(
      ..."&*!|>%@`{}[],:#?-\n \t\"'<~\0".split(""),
      "<<: ",
      "sites: ",
      "- ",
      "&a ",
      "*a",
    );
    const text = fc.array(fc.oneof(syntax, hostileText), { maxLength: 40 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (yaml) => void complaint(yaml)),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void complaint(bytes)),
      { numRuns: 300 },
    );
  });

  test("the environment is accepted or told", () => {
    const names = environmentVariables.flatMap(({ name }) => [name, `${name}_FILE`]);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), hostileText), (environment) => {
        complaint("", environment);
      }),
      { numRuns: 500 },
    );
  });
});
