import { expect, test } from "vitest";
import type { ChainCertificate } from "../../../src/contract/checks/check-result.ts";
import { DAY_MS } from "../../../src/contract/duration.ts";
import { ToldChain } from "../../../src/core/checking/told-chain.ts";

function aChain(subject: string): readonly ChainCertificate[] {
  const validFrom = "2026-01-01T00:00:00.000Z";
  return [{ subject, issuer: "CN=Issuer", validFrom, validTo: "2026-04-01T00:00:00.000Z" }];
}

test("a chain is told in the first result, and again only when it changes", () => {
  const told = new ToldChain();
  expect(told.tells(aChain("CN=one"), "up", 0)).toBe(true);
  expect(told.tells(aChain("CN=one"), "up", 1000)).toBe(false);
  expect(told.tells(aChain("CN=two"), "up", 2000)).toBe(true);
  expect(told.tells(aChain("CN=two"), "up", 3000)).toBe(false);
});

test("a chain is told whenever the verdict is not up", () => {
  const told = new ToldChain();
  told.tells(aChain("CN=one"), "up", 0);
  expect(told.tells(aChain("CN=one"), "degraded", 1000)).toBe(true);
  expect(told.tells(aChain("CN=one"), "down", 2000)).toBe(true);
  expect(told.tells(aChain("CN=one"), "up", 3000)).toBe(false);
});

test("a chain that stays the same is told once a day", () => {
  const told = new ToldChain();
  told.tells(aChain("CN=one"), "up", 0);
  expect(told.tells(aChain("CN=one"), "up", DAY_MS - 1)).toBe(false);
  expect(told.tells(aChain("CN=one"), "up", DAY_MS)).toBe(true);
});

test("a site without TLS has no chain to tell", () => {
  expect(new ToldChain().tells([], "down", 0)).toBe(false);
});
