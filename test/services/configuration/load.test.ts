import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UsageError } from "../../../src/contract/errors.ts";
import { kafkaSettings } from "../../../src/services/configuration/connections.ts";
import { loadConfiguration } from "../../../src/services/configuration/load.ts";
import { type Folders, postgresSettings } from "../../../src/services/configuration/postgres-settings.ts";

let folder: string;
let folders: Folders;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sitewire-configuration-"));
  folders = { workingDirectory: folder, homeFolder: undefined };
});
afterEach(() => rmSync(folder, { recursive: true }));

function load(environment: NodeJS.ProcessEnv = {}, flags: Record<string, string> = {}, yaml?: string) {
  if (yaml !== undefined) writeFileSync(join(folder, "sitewire.yaml"), yaml);
  return loadConfiguration({ flags, environment, workingDirectory: folder });
}

describe("the configuration", () => {
  test("is complete without any source: embedded database, no Kafka", () => {
    const configuration = load();
    expect(configuration).toMatchObject({ location: "local", dataFolder: "./.sitewire", sites: [] });
    expect(kafkaSettings(configuration, folder)).toBeNull();
    expect(postgresSettings(configuration, folders)).toBeNull();
  });

  test("takes flags before environment before file", () => {
    const yaml = "location: file\nlogLevel: warn\ndataFolder: ./file\n";
    const environment = { SITEWIRE_LOCATION: "environment", SITEWIRE_DATA: "./environment" };
    expect(load(environment, { location: "flag" }, yaml)).toMatchObject({
      location: "flag",
      dataFolder: "./environment",
      logLevel: "warn",
    });
  });

  test("fills in environment variables, their defaults, and leaves $${ alone", () => {
    const yaml = "sites:\n  - url: ${SCHEME:-https}://${HOST}/\n    regexp: a$${2}\n    every: 30s\n";
    const [site] = load({ HOST: "example.org" }, {}, yaml).sites;
    expect(site).toMatchObject({ url: "https://example.org/", regexp: "a${2}", every: 30_000 });
  });

  test.each([
    [
      "a value that is not accepted",
      { LOG_LEVEL: "loud" },
      undefined,
      /logLevel \(from LOG_LEVEL\) is "loud": must be .*info/,
    ],
    ["a variable that is not set", {}, "location: ${NOWHERE}", /location: .*NOWHERE is not set/],
    ["a misspelt setting", {}, "locaton: here", /locaton \(from sitewire\.yaml\): is not a known setting/],
    [
      "a misspelt option of a site",
      {},
      "sites:\n  - url: https://a.example/\n    regex: x",
      /sites\[0\]\.regex of https:\/\/a\.example\/ /,
    ],
    [
      "a duration without its unit",
      {},
      'sites:\n  - url: https://a.example/\n    every: "10"',
      /sites\[0\]\.every of .*"10".*10s/,
    ],
    ["YAML that is none", {}, "a: [", /sitewire\.yaml: /],
  ])("says in one line what is wrong with %s", (_what, environment, yaml, message) => {
    expect(() => load(environment, {}, yaml)).toThrow(message);
  });

  test("never shows an address of a channel, which may be a secret", () => {
    const yaml = "channels: { team: { type: slack, url: '${SLACK_URL}' } }";
    expect(() => load({ SLACK_URL: "hooks.example/a-path-secret" }, {}, yaml)).toThrow(
      "channels.team.url (from sitewire.yaml): must be an http:// or https:// URL",
    );
  });

  test("never shows a secret in an error", () => {
    const message = (): unknown => load({}, {}, "kafka:\n  password: [hunter2]\n  partitions: 0\n");
    expect(message).toThrow(/kafka\.partitions/);
    expect(message).not.toThrow(/hunter2/);
  });

  test("refuses a configuration file that was asked for and isn't there", () => {
    const ask = () =>
      loadConfiguration({ flags: {}, environment: {}, workingDirectory: folder, file: "other.yaml" });
    expect(ask).toThrow(/other\.yaml: cannot be read/);
  });
});

const PEM_BODY = `${"A".repeat(64)}\n${"B".repeat(10)}==`;
const PEM = `-----BEGIN CERTIFICATE-----\n${PEM_BODY}\n-----END CERTIFICATE-----\n`;

describe("the original system's variables", () => {
  test("reach Kafka with SASL over TLS", () => {
    const configuration = load({
      BOOTSTRAP_SERVER: "kafka.example",
      AV_KFPORT: "12345",
      AV_KFUSER: "avnadmin",
      AV_KFPASSWORD: "secret",
      CA_PEM: PEM,
    });
    expect(kafkaSettings(configuration, folder)).toMatchObject({
      brokers: ["kafka.example:12345"],
      tls: { ca: PEM, verify: true },
      sasl: { mechanism: "PLAIN", username: "avnadmin", password: "secret" },
    });
  });

  test("reach PostgreSQL", () => {
    const environment = {
      AVHOST: "pg.example",
      AVPORT: "5433",
      AVUSER: "u",
      AVPASSWORD: "p",
      AVDATABASE: "d",
    };
    expect(postgresSettings(load(environment), folders)).toMatchObject({
      host: "pg.example",
      port: 5433,
      user: "u",
      password: "p",
      database: "d",
      sslMode: "prefer",
    });
  });

  test.each([
    ["real line breaks", PEM],
    ["literal \\n", PEM.replaceAll("\n", "\\n")],
    ["spaces for line breaks", PEM.replaceAll("\n", " ")],
    ["Windows line breaks", PEM.replaceAll("\n", "\r\n")],
  ])("take a CA with %s", (_what, stored) => {
    const configuration = load({ BOOTSTRAP_SERVER: "k:1", CA_PEM: stored });
    expect(kafkaSettings(configuration, folder)?.tls?.ca).toBe(PEM);
  });
});

describe("connection settings", () => {
  test.each([
    ["AVHOST", { AVUSER: "u", AVPASSWORD: "hunter2", AVDATABASE: "d" }],
    ["BOOTSTRAP_SERVER", { AV_KFUSER: "u", AV_KFPASSWORD: "hunter2" }],
    ["AV_KFUSER", { BOOTSTRAP_SERVER: "k:1", AV_KFPASSWORD: "hunter2" }],
    ["AV_KFPASSWORD", { BOOTSTRAP_SERVER: "k:1", AV_KFUSER: "u" }],
  ])("a missing %s is one line that names it", (variable, environment) => {
    const ask = () => {
      const configuration = load(environment);
      kafkaSettings(configuration, folder);
      postgresSettings(configuration, folders);
    };
    expect(ask).toThrow(UsageError);
    expect(ask).toThrow(new RegExp(`^[^\\n]*is missing: set [^\\n]*${variable}[^\\n]*$`));
    expect(ask).not.toThrow(/hunter2/);
  });

  test("a CA may be a path", () => {
    writeFileSync(join(folder, "ca.pem"), PEM);
    expect(kafkaSettings(load({ KAFKA_BROKERS: "k:1", KAFKA_CA: "ca.pem" }), folder)?.tls?.ca).toBe(PEM);
  });

  test("a CA that is neither PEM nor a file is named", () => {
    const configuration = load({ KAFKA_BROKERS: "k:1", KAFKA_CA: "missing.pem" });
    expect(() => kafkaSettings(configuration, folder)).toThrow(/kafka\.ca: .*missing\.pem/);
  });

  test("several brokers, spaces allowed, each with its port", () => {
    expect(kafkaSettings(load({ KAFKA_BROKERS: "a:1, b" }), folder)?.brokers).toEqual(["a:1", "b:9092"]);
  });

  test("a database URL is taken apart, percent signs and all", () => {
    const configuration = load({
      DATABASE_URL: "postgres://us%40er:p%2Fw@[::1]:6000/my%20db?sslmode=require",
    });
    expect(postgresSettings(configuration, folders)).toMatchObject({
      host: "::1",
      port: 6000,
      user: "us@er",
      password: "p/w",
      database: "my db",
      sslMode: "require",
    });
  });

  test("a database URL may name a socket folder", () => {
    const configuration = load({ DATABASE_URL: "postgresql:///sitewire?host=/var/run/postgresql&user=me" });
    expect(postgresSettings(configuration, folders)).toMatchObject({
      host: "/var/run/postgresql",
      user: "me",
      database: "sitewire",
    });
  });

  test.each([
    "postgres://u:hunter2%@localhost/db",
    "postgres://u:%zzhunter2@localhost/db",
    "postgres://u:hunter2/w@localhost/db",
    "postgres://u:1/hunter2@localhost/db",
    "postgres://u:1#hunter2@localhost/db",
    "postgres://u:1?hunter2@localhost/db",
  ])("a password that is not encoded is refused and not shown, even in part: %s", (url) => {
    const ask = () => postgresSettings(load({ DATABASE_URL: url }), folders);
    expect(ask).toThrow(UsageError);
    expect(ask).not.toThrow(/hunter2/);
  });

  test("a database URL that is none is refused without showing it", () => {
    const configuration = load({ DATABASE_URL: "mysql://root:hunter2@localhost/" });
    expect(() => postgresSettings(configuration, folders)).toThrow(/must look like postgres:\/\//);
    expect(() => postgresSettings(configuration, folders)).not.toThrow(/hunter2/);
  });
});
