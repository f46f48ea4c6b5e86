// One cause is one alert: what is behind an incident is recorded with it, and people are told of that alone.
import { describe, expect, test } from "vitest";
import type { CheckResult } from "../../../../src/contract/checks/check-result.ts";
import type { Site } from "../../../../src/contract/checks/site.ts";
import { mutedUntil } from "../../../../src/core/alerting/routing/muting.ts";
import { aSite, type Ground, resultOf } from "./ground.ts";

export function incidentParentTests(ground: Ground): void {
  const timeout: Partial<CheckResult> = {
    verdict: "down",
    statusCode: null,
    error: { code: "connect_timeout", message: "no answer" },
  };

  async function record(
    sites: readonly Site[],
    minutesAgo: number,
    given: Partial<CheckResult>,
  ): Promise<void> {
    const results = sites.map((site) => ({ ...resultOf(site, minutesAgo, given), siteId: site.id }));
    await ground.database.results.record(results);
  }

  async function fail(site: Site, given: Partial<CheckResult> = timeout): Promise<void> {
    for (const minutesAgo of [2, 1]) await record([site], minutesAgo, given);
  }

  /** Name of each unresolved incident's site, with the one behind it. */
  async function parents(): Promise<Readonly<Record<string, string | null>>> {
    const incidents = await ground.database.incidents.list({ states: ["open", "acknowledged"], limit: 1000 });
    const names = new Map(incidents.map(({ id, siteName }) => [id, siteName]));
    return Object.fromEntries(
      incidents.map(({ siteName, parentId }) => [
        siteName,
        parentId === null ? null : (names.get(parentId) ?? "?"),
      ]),
    );
  }

  /** Plans one message for each unresolved incident, and returns the sites whose message would be sent now. */
  async function told(): Promise<readonly (string | null)[]> {
    for (const { id } of await ground.database.incidents.list({
      states: ["open", "acknowledged"],
      limit: 1000,
    })) {
      await ground.database.deliveries.plan(id, 1, [
        {
          channel: "ops",
          kind: "opened",
          dueMs: Date.now() - 1000,
          fallbacks: [],
          repeatEveryMs: null,
          groupKey: "",
        },
      ]);
    }
    const due = await ground.database.deliveries.claimDue("a", 1000, 60_000);
    for (const { id } of due) await ground.database.deliveries.postpone([id], Date.now() - 1000, "", false);
    const muting = { silences: [], windows: [], nowMs: Date.now() };
    return due
      .filter((delivery) => mutedUntil(delivery, muting) === null)
      .map(({ incident }) => incident.siteName);
  }

  const children = () =>
    Array.from({ length: 50 }, (_, index) => aSite({ name: `child ${index}`, dependsOn: "gateway" }));

  describe("fifty sites behind a gateway", () => {
    test("that fails with them are one alert", async () => {
      const all = [aSite({ name: "gateway" }), ...children()];
      await ground.database.sites.save(all);
      await record(all, 3, {});
      for (const minutesAgo of [2, 1]) await record(all, minutesAgo, timeout);
      expect(new Set(Object.values(await parents()))).toEqual(new Set([null, "gateway"]));
      expect(await told()).toEqual(["gateway"]);
      const due = await ground.database.deliveries.claimDue("a", 1000, 60_000);
      const ofGateway = due.find(({ incident }) => incident.siteName === "gateway");
      expect(ofGateway?.heldBack).toBe(50);
    });

    test("that is checked after them are one alert, and none before it is known", async () => {
      const [gateway, dependents] = [aSite({ name: "gateway" }), children()];
      await ground.database.sites.save([gateway, ...dependents]);
      await record([gateway, ...dependents], 3, {});
      for (const minutesAgo of [2, 1]) await record(dependents, minutesAgo, timeout);
      expect(await told()).toEqual([]);
      await record([gateway], 2, timeout);
      expect(await told()).toEqual([]);
      await record([gateway], 1, timeout);
      expect(await told()).toEqual(["gateway"]);
    });

    test("that is up are told of by themselves", async () => {
      const [gateway, broken] = [aSite({ name: "gateway" }), aSite({ name: "child", dependsOn: "gateway" })];
      await ground.database.sites.save([gateway, broken]);
      await record([gateway, broken], 3, {});
      for (const minutesAgo of [2, 1]) {
        await record([broken], minutesAgo, timeout);
        await record([gateway], minutesAgo, {});
      }
      expect(await told()).toEqual(["child"]);
    });
  });

  test("sites that depend on each other are still told of", async () => {
    const [one, other] = [
      aSite({ name: "one", dependsOn: "other" }),
      aSite({ name: "other", dependsOn: "one" }),
    ];
    await ground.database.sites.save([one, other]);
    await fail(one);
    await fail(other);
    expect(await parents()).toEqual({ one: null, other: "one" });
    expect(await told()).toEqual(["one"]);
  });

  test("pages of one host that does not answer are under the first of them", async () => {
    const pages = ["a", "b", "c"].map((page) => aSite({ name: page, url: `https://same.example/${page}` }));
    await ground.database.sites.save(pages);
    for (const page of pages)
      await fail(
        page,
        page.name === "b"
          ? { verdict: "down", statusCode: 502, error: { code: "status_unexpected", message: "502" } }
          : timeout,
      );
    expect(await parents()).toEqual({ a: null, b: "a", c: "a" });
    expect(await told()).toEqual(["a"]);
  });

  test("a page's own failure is its own incident", async () => {
    const pages = ["a", "b"].map((page) => aSite({ name: page, url: `https://same.example/${page}` }));
    await ground.database.sites.save(pages);
    for (const page of pages) {
      await fail(page, { verdict: "down", error: { code: "regexp_missing", message: "no match" } });
    }
    expect(await parents()).toEqual({ a: null, b: null });
  });

  test("names that lead to one address are under one incident when it does not answer", async () => {
    const sites = ["a", "b"].map((name) => aSite({ name }));
    const elsewhere = aSite({ name: "elsewhere" });
    await ground.database.sites.save([...sites, elsewhere]);
    for (const site of [...sites, elsewhere]) {
      const remoteAddress = site === elsewhere ? "192.0.2.2" : "192.0.2.1";
      await record([site], 3, { remoteAddress });
      await fail(site, { ...timeout, remoteAddress: null });
    }
    expect(await parents()).toEqual({ a: null, b: "a", elsewhere: null });
  });

  test("sites with one certificate are under one incident when it expires", async () => {
    const expired: Partial<CheckResult> = {
      verdict: "down",
      statusCode: null,
      error: { code: "tls_expired", message: "expired" },
      certificateChain: [
        {
          subject: "CN=*.example",
          issuer: "CN=ca",
          validFrom: "2026-01-01T00:00:00.000Z",
          validTo: "2026-11-01T00:00:00.000Z",
        },
      ],
    };
    const sites = ["a", "b"].map((name) => aSite({ name }));
    await ground.database.sites.save(sites);
    for (const site of sites) await fail(site, expired);
    expect(await parents()).toEqual({ a: null, b: "a" });
  });

  test("a child that is still down after its parent recovered is told of", async () => {
    const [gateway, child] = [aSite({ name: "gateway" }), aSite({ name: "child", dependsOn: "gateway" })];
    await ground.database.sites.save([gateway, child]);
    for (const minutesAgo of [4, 3]) await record([gateway, child], minutesAgo, timeout);
    for (const minutesAgo of [2, 1]) {
      await record([gateway], minutesAgo, {});
      await record([child], minutesAgo, timeout);
    }
    expect(await told()).toEqual(["child"]);
  });
}
