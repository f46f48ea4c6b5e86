// Certificates that expire are incidents of their own kind.
import { expect, test } from "vitest";
import { aSite, type Ground, resultOf } from "./ground.ts";

const DAY_MS = 86_400_000;

export function expiryTests(ground: Ground): void {
  const nowMs = Date.now();
  const inDays = (days: number): string =>
    new Date(Math.floor(nowMs / 1000) * 1000 + days * DAY_MS).toISOString();
  const review = (afterDays = 0) => ground.database.expiry.review("certificate", nowMs + afterDays * DAY_MS);
  const all = () => ground.database.incidents.list({ limit: 100 });

  test("a certificate is told of at each step once, and when it has expired", async () => {
    const site = aSite();
    await ground.database.results.record([resultOf(site, 1, { certificateExpiresAt: inDays(40) })]);
    for (const day of [0, 9, 11, 12, 27, 34, 39.5, 39.6, 40.1, 41]) await review(day);
    expect(await all()).toMatchObject([
      { kind: "certificate", severity: "down", cause: { code: "certificate_expired" } },
    ]);
    const [incident] = await all();
    const shown = await ground.database.incidents.show(incident?.id ?? "");
    expect(shown?.timeline.map(({ step }) => step)).toEqual(["opened", ...Array(4).fill("worsened")]);
  });

  test("it resolves with another certificate, and not while checks fail before they see one", async () => {
    const site = aSite();
    await ground.database.results.record([resultOf(site, 3, { certificateExpiresAt: inDays(5) })]);
    await review();
    await ground.database.results.record([
      resultOf(site, 2, { certificateExpiresAt: null, verdict: "down" }),
    ]);
    expect(await review()).toEqual({ advanced: 0, resolved: 0 });
    await ground.database.results.record([resultOf(site, 1, { certificateExpiresAt: inDays(90) })]);
    expect(await review()).toEqual({ advanced: 0, resolved: 1 });
    expect(await all()).toMatchObject([
      { kind: "certificate", state: "resolved", goodSinceMs: expect.any(Number) },
    ]);
  });

  test("sites that serve one certificate are recorded under the first of them", async () => {
    const expiry = { certificateExpiresAt: inDays(5) };
    await ground.database.results.record([resultOf(aSite(), 1, expiry), resultOf(aSite(), 1, expiry)]);
    await ground.database.results.record([resultOf(aSite(), 1, { certificateExpiresAt: inDays(6) })]);
    await review();
    const parents = (await all()).map(({ parentId }) => parentId);
    expect(parents.filter((parent) => parent === null)).toHaveLength(2);
  });

  test("a domain is asked once a day, and its expiry concerns its sites", async () => {
    const [shop, other] = [aSite({ url: "https://shop.example/" }), aSite({ url: "https://other.test/" })];
    await ground.database.sites.save([shop, other]);
    const { domains } = ground.database;
    await domains.noteSites((url) => new URL(url).hostname);
    const laterMs = nowMs + 3_600_000;
    const take = (afterMs: number) => domains.takeDue(laterMs + afterMs, laterMs + afterMs + DAY_MS);
    expect([await take(0), await take(0)].sort()).toEqual(["other.test", "shop.example"]);
    expect(await take(0)).toBeNull();
    expect(await take(DAY_MS - 5000)).toBeNull();
    await domains.store("shop.example", { expiresAtMs: nowMs + 3 * DAY_MS, reason: null });
    await domains.store("shop.example", { expiresAtMs: null, reason: "too many questions" });
    await domains.store("other.test", { expiresAtMs: null, reason: null });
    expect(await ground.database.expiry.review("domain", nowMs)).toEqual({ advanced: 1, resolved: 0 });
    expect(await all()).toMatchObject([
      { kind: "domain", url: shop.url, cause: { code: "domain_expiring" } },
    ]);
    await ground.database.sites.remove(shop.url);
    await domains.noteSites((url) => new URL(url).hostname);
    expect(await ground.database.expiry.review("domain", nowMs)).toEqual({ advanced: 0, resolved: 1 });
  });

  test("a site that is no longer checked has none", async () => {
    const site = aSite();
    await ground.database.sites.save([site]);
    await ground.database.results.record([resultOf(site, 1, { certificateExpiresAt: inDays(5) })]);
    await review();
    await ground.database.sites.save([{ ...site, enabled: false }]);
    expect(await review()).toEqual({ advanced: 0, resolved: 1 });
    expect(await all()).toMatchObject([{ state: "resolved", goodSinceMs: null }]);
  });
}
