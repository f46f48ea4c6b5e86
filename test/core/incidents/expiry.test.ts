// Thirty, fourteen, seven and one days before an expiry, and when it has passed: each is told once.
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  endedExpiries,
  expiryMessage,
  expiryStage,
  expirySteps,
} from "../../../src/core/incidents/expiry.ts";

const DAY_MS = 86_400_000;

test.each([
  [31, null],
  [30.01, null],
  [30, 30],
  [14.5, 30],
  [14, 14],
  [7, 7],
  [1.5, 7],
  [1, 1],
  [0.1, 1],
  [0, 0],
  [-3, 0],
])("with %d days left the stage is %s", (days, stage) => {
  expect(expiryStage(days * DAY_MS, 0)).toBe(stage);
});

test("however often one looks, each stage is told at most once, and the last always", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 40, noNaN: true }), { minLength: 1 }), (looks) => {
      const expiry = { siteId: "a", expiresAtMs: 35 * DAY_MS };
      let known: { siteId: string; expiresAtMs: number; incidentId: string; stage: number }[] = [];
      const told: number[] = [];
      for (const day of looks.toSorted((a, b) => a - b)) {
        for (const { stage } of expirySteps([expiry], known, day * DAY_MS)) {
          told.push(stage);
          known = [{ ...expiry, incidentId: "i", stage }];
        }
      }
      expect(told).toEqual([...new Set(told)].sort((a, b) => b - a));
      const last = expiryStage(expiry.expiresAtMs, Math.max(...looks) * DAY_MS);
      expect(told.at(-1) ?? null).toBe(last);
    }),
  );
});

test("it is over when it was renewed or nobody checks the site, not when its expiry is unknown for now", () => {
  const known = ["renewed", "gone", "unknown", "same"].map((siteId) => ({
    siteId,
    expiresAtMs: 5,
    incidentId: siteId,
    stage: 7,
  }));
  const current = new Map([
    ["renewed", 9],
    ["unknown", null],
    ["same", 5],
  ]);
  expect(endedExpiries(known, current).map(({ incidentId }) => incidentId)).toEqual(["renewed", "gone"]);
});

test("the message says what expires, and when", () => {
  const atMs = Date.parse("2026-12-24T18:00:00Z");
  expect(expiryMessage("certificate", atMs, atMs - 13.5 * DAY_MS)).toBe(
    "a certificate of its chain expires in 13 days, on 2026-12-24 18:00 UTC",
  );
  expect(expiryMessage("domain", atMs, atMs)).toBe(
    "the registration of its domain expired on 2026-12-24 18:00 UTC",
  );
});
