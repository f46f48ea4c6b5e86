// Sites that nobody checks: found by what is missing.
import { expect, test } from "vitest";
import { aSite, type Ground, resultOf } from "./ground.ts";

export function observationTests(ground: Ground): void {
  const review = () => ground.database.observation.review();

  async function unobserved(): Promise<readonly string[]> {
    const incidents = await ground.database.incidents.list({ states: ["open", "acknowledged"], limit: 100 });
    return incidents.filter(({ kind }) => kind === "not_observed").map(({ url }) => url);
  }

  /** As if the sites had been saved an hour ago. */
  async function saved(...sites: ReturnType<typeof aSite>[]): Promise<void> {
    await ground.database.sites.save(sites);
    await ground.sql("UPDATE sites SET updated_at = now() - interval '1 hour'");
  }

  test("a site that should have been checked and was not is an incident, once", async () => {
    const [silent, watched] = [aSite(), aSite()];
    await saved(silent, watched);
    await ground.database.results.record([resultOf(silent, 30), resultOf(watched, 0)]);
    expect(await review()).toEqual({ opened: 1, resolved: 0 });
    expect(await review()).toEqual({ opened: 0, resolved: 0 });
    expect(await unobserved()).toEqual([silent.url]);
    const [incident] = await ground.database.incidents.list({ site: silent.url, limit: 1 });
    expect(incident).toMatchObject({ severity: "degraded", cause: { code: "not_observed" } });
  });

  test("a site that was never checked is one too, but not at once", async () => {
    const [old, young] = [aSite(), aSite()];
    await saved(old);
    await ground.database.sites.save([young]);
    await review();
    expect(await unobserved()).toEqual([old.url]);
  });

  test("three intervals count, where they are longer than two minutes", async () => {
    const hourly = aSite({ intervalMs: 3_600_000 });
    await saved(hourly);
    await ground.database.results.record([resultOf(hourly, 120)]);
    await review();
    expect(await unobserved()).toEqual([]);
  });

  test("it resolves when results come again, and with the site's end", async () => {
    const [back, removed, paused] = [aSite(), aSite(), aSite()];
    await saved(back, removed, paused);
    await review();
    expect(await unobserved()).toHaveLength(3);
    await ground.database.results.record([resultOf(back, 0)]);
    await ground.database.sites.remove(removed.url);
    await ground.database.sites.save([{ ...paused, enabled: false }]);
    expect(await review()).toEqual({ opened: 0, resolved: 3 });
    expect(await unobserved()).toEqual([]);
    const steps = await ground.sql(
      "SELECT payload::jsonb->>'step' AS step FROM outbox WHERE topic_name = 'sitewire.incidents' ORDER BY id",
    );
    expect(steps.map(({ step }) => step)).toEqual([...Array(3).fill("opened"), ...Array(3).fill("resolved")]);
  });

  test("an outage of a site that is paused or removed ends, and another one opens when it goes on", async () => {
    const [paused, removed, failing] = [aSite(), aSite(), aSite()];
    await saved(paused, removed, failing);
    const fail = async (sites: readonly ReturnType<typeof aSite>[], minutesAgo: readonly number[]) =>
      await ground.database.results.record(
        minutesAgo.flatMap((each) => sites.map((site) => resultOf(site, each, { verdict: "down" }))),
      );
    await fail([paused, removed], [9, 8, 7]);
    await fail([failing], [2, 1, 0]);
    await ground.database.sites.save([{ ...paused, enabled: false }]);
    await ground.database.sites.remove(removed.url);
    expect(await review()).toEqual({ opened: 0, resolved: 2 });
    expect(await review()).toEqual({ opened: 0, resolved: 0 });
    const states = async (url: string) =>
      (await ground.database.incidents.list({ site: url, limit: 9 })).map(({ state }) => state);
    expect(await states(paused.url)).toEqual(["resolved"]);
    expect(await states(removed.url)).toEqual(["resolved"]);
    expect(await states(failing.url)).toEqual(["open"]);
    await ground.database.sites.save([paused]);
    await fail([paused], [1, 0]);
    expect(await states(paused.url)).toEqual(["open", "resolved"]);
  });

  test("a site that another monitor goes on checking keeps its incident when it is removed", async () => {
    const site = aSite();
    await saved(site);
    await ground.database.results.record(
      [2, 1, 0].map((minutesAgo) => resultOf(site, minutesAgo, { verdict: "down" })),
    );
    await ground.database.sites.remove(site.url);
    expect(await review()).toEqual({ opened: 0, resolved: 0 });
  });

  test("a site that depends on one that is down is told under that one's incident", async () => {
    const gateway = aSite({ name: "gateway" });
    const child = aSite({ dependsOn: "gateway" });
    await ground.database.sites.save([gateway, child]);
    for (const site of [gateway, child]) {
      const results = [2, 1].map((minutesAgo) => ({
        ...resultOf(site, minutesAgo, { verdict: "down" as const }),
        siteId: site.id,
      }));
      await ground.database.results.record(results);
    }
    const [parent] = await ground.database.incidents.list({ site: "gateway", limit: 1 });
    const [incident] = await ground.database.incidents.list({ site: child.url, limit: 1 });
    const id = incident?.id ?? "";
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
    const [due] = await ground.database.deliveries.claimDue("a", 10, 60_000);
    expect(due?.parent).toEqual({ incidentId: parent?.id, siteName: "gateway" });
    await ground.database.deliveries.setParent(id, parent?.id ?? "");
    expect((await ground.database.incidents.show(id))?.incident.parentId).toBe(parent?.id);
  });
}
