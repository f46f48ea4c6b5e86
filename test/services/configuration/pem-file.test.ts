import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { kafkaSettings } from "../../../src/services/configuration/connections.ts";
import { loadConfiguration } from "../../../src/services/configuration/load.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sitewire-pem-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const pem = (body: string): string => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;

function settingsWithCa(ca: string) {
  const environment = { KAFKA_BROKERS: "localhost:9092", KAFKA_CA: ca };
  return kafkaSettings(loadConfiguration({ flags: {}, environment, workingDirectory: folder }), folder);
}

test("a certificate file that is renewed is read anew, without a restart", () => {
  writeFileSync(join(folder, "ca.pem"), pem("AAAA"));
  const settings = settingsWithCa("ca.pem");
  expect(settings?.tls?.ca).toBe(pem("AAAA"));
  writeFileSync(join(folder, "ca.pem"), pem("BBBB"));
  expect(settings?.tls?.ca).toBe(pem("BBBB"));
});

test("in the middle of a renewal, what the file held last goes on being used", () => {
  writeFileSync(join(folder, "ca.pem"), pem("AAAA"));
  const settings = settingsWithCa("ca.pem");
  writeFileSync(join(folder, "ca.pem"), "-----BEGIN CERTIFI");
  expect(settings?.tls?.ca).toBe(pem("AAAA"));
  rmSync(join(folder, "ca.pem"));
  expect(settings?.tls?.ca).toBe(pem("AAAA"));
});

test("PEM text in the configuration itself stays what it is", () => {
  expect(settingsWithCa(pem("AAAA"))?.tls?.ca).toBe(pem("AAAA"));
});
