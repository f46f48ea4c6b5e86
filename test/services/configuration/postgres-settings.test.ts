// What a PostgreSQL URL means. Where psql would connect, the settings are at least as strict; the rest is refused.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { UsageError } from "../../../src/contract/errors.ts";
import { loadConfiguration } from "../../../src/services/configuration/load.ts";
import { postgresSettings } from "../../../src/services/configuration/postgres-settings.ts";

const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sitewire-settings-"));
  writeFileSync(join(folder, "ca.pem"), PEM);
  mkdirSync(join(folder, "home", ".postgresql"), { recursive: true });
  writeFileSync(join(folder, "home", ".postgresql", "root.crt"), PEM);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function settings(environment: Readonly<Record<string, string>>, homeFolder?: string) {
  const configuration = loadConfiguration({ flags: {}, environment, workingDirectory: folder });
  return postgresSettings(configuration, { workingDirectory: folder, homeFolder });
}

function ofUrl(url: string, homeFolder?: string) {
  return settings({ DATABASE_URL: url }, homeFolder);
}

describe("means what it means to psql", () => {
  test.for([
    ["postgres://me@db", { host: "db", port: 5432, user: "me", password: null, database: "me" }],
    ["postgres://me:p%2Fw%25@db:6000/shop", { port: 6000, password: "p/w%", database: "shop" }],
    ["postgres://me@%2Fvar%2Frun%2Fpostgresql/shop", { host: "/var/run/postgresql", database: "shop" }],
    ["postgres:///shop?host=/run/pg&port=6000&user=me", { host: "/run/pg", port: 6000, user: "me" }],
    ["postgres://db?user=a+b&password=c%20d&dbname=e", { user: "a+b", password: "c d", database: "e" }],
    ["postgres://me@[::1]:6000/shop", { host: "::1", port: 6000 }],
    ["postgres://me@db?ssl=true", { sslMode: "require", ca: null }],
    ["postgres://me@db?sslmode=allow", { sslMode: "prefer", ca: null }],
    ["postgres://me@db?sslrootcert=ca.pem", { sslMode: "verify-full", ca: PEM }],
    ["postgres://me@db?sslmode=require&sslrootcert=ca.pem", { sslMode: "require", ca: PEM }],
    ["postgres://me@db?sslrootcert=system", { sslMode: "verify-full", ca: null }],
    ["postgres://me@db?application_name=watch", { applicationName: "watch" }],
  ] as const)("%s", ([url, expected]) => {
    expect(ofUrl(url)).toMatchObject(expected);
  });

  test("a CA in the home folder is checked, also where only encryption is asked for", () => {
    const home = join(folder, "home");
    expect(ofUrl("postgres://me@db?sslmode=require", home)).toMatchObject({ sslMode: "require", ca: PEM });
    expect(ofUrl("postgres://me@db?sslmode=verify-full", home)).toMatchObject({
      sslMode: "verify-full",
      ca: PEM,
    });
  });

  test("what the URL says wins over the setting beside it", () => {
    const configuration = loadConfiguration({
      flags: { "database.sslMode": "disable" },
      environment: { DATABASE_URL: "postgres://me@db?sslmode=require" },
      workingDirectory: folder,
    });
    const folders = { workingDirectory: folder, homeFolder: undefined };
    expect(postgresSettings(configuration, folders)).toMatchObject({ sslMode: "require" });
  });
});

describe("is refused in one line", () => {
  test.for([
    ["postgres://a:1,b:2/shop", /names several hosts/],
    ["postgres://a,b/shop", /names several hosts/],
    ["postgres://me@db?options=-csearch_path%3Dx", /"options" is not supported: set DATABASE_SCHEMA/],
    ["postgres://me@db?channel_binding=require", /"channel_binding" is not supported/],
    ["postgres://me@db?sslcert=me.crt", /"sslcert" is not supported/],
    ["postgres://me@db?sslmode=required", /sslmode must be disable, prefer/],
    ["postgres://me@db?sslmode=require&sslmode=disable", /"sslmode" occurs twice/],
    ["postgres://me@db?sslmode=verify-full", /sslmode is verify-full, but no CA is named/],
    ["postgres://me@db?sslmode=verify-ca", /sslmode is verify-ca, but no CA is named/],
    ["postgres://me@db?sslmode=require&sslrootcert=system", /must be verify-full/],
    ["postgres://me@db?sslrootcert=missing.pem", /database\.ca: is neither PEM text nor a readable file/],
    ["postgres://me@db:0/shop", /the port must be a number/],
    ["postgres://me@db:70000/shop", /the port must be a number/],
    ["postgres:///shop", /names no host: write localhost/],
    ["postgres://me:%00@db", /%00 is not allowed/],
  ] as const)("%s", ([url, message]) => {
    const ask = () => ofUrl(url);
    expect(ask).toThrow(UsageError);
    expect(ask).toThrow(message);
    expect(ask).not.toThrow(/\n/);
  });
});

test.for(["/", "?", "#", "@", "%", "[", "]", ":", "\\", "&", "=", ",", " ", "é"])(
  "a password that holds %s as it is: taken as it is or refused, and never shown in part",
  (character) => {
    for (const password of [`hunter2${character}hunter3`, `1${character}hunter3`, `hunter2${character}`]) {
      try {
        expect(ofUrl(`postgres://me:${password}@db/shop?sslmode=require`)).toMatchObject({ password });
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
        expect(String(error)).not.toMatch(/hunter/);
      }
    }
  },
);

describe("the direct URL", () => {
  test("leads past a pooler, with a login of its own", () => {
    expect(
      settings({
        DATABASE_URL: "postgres://me@pooler:6432/shop",
        DATABASE_DIRECT_URL: "postgres://owner:secret@db/shop",
        DATABASE_SCHEMA: "monitoring",
      }),
    ).toMatchObject({
      host: "pooler",
      schema: "monitoring",
      direct: { host: "db", port: 5432, user: "owner", schema: "monitoring" },
    });
  });

  test("alone is refused", () => {
    expect(() => settings({ DATABASE_DIRECT_URL: "postgres://me@db" })).toThrow(/set DATABASE_URL too/);
  });
});
