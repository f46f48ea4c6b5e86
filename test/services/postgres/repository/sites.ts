import { expect, onTestFinished, test } from "vitest";
import { defineSite } from "../../../../src/contract/checks/site.ts";
import { eventually } from "../../../harness/eventually.ts";
import { aSite, type Ground } from "./ground.ts";

export function siteTests(ground: Ground): void {
  test("a site is listed as it was saved, options and all", async () => {
    const site = aSite({
      name: "shop",
      regexp: "Add to (cart|basket)",
      intervalMs: 30_000,
      timeoutMs: 5000,
      enabled: false,
      options: { method: "POST", headers: { accept: "text/html" }, body: "q=ü", retries: 0 },
    });
    await ground.database.sites.save([site]);
    expect(await ground.database.sites.list()).toEqual([site]);
  });

  test("sites are listed by name, then URL", async () => {
    const sites = ["b", "a", null].map((name) => aSite({ name }));
    const [b, a, unnamed] = sites;
    await ground.database.sites.save(sites);
    expect(await ground.database.sites.list()).toEqual([a, b, unnamed]);
  });

  test("saving a site again changes it, also one twice in a list", async () => {
    const site = aSite({ name: "shop" });
    await ground.database.sites.save([site]);
    const changed = { ...site, regexp: "Welcome", intervalMs: 10_000 };
    await ground.database.sites.save([{ ...site, regexp: "Hello" }, changed]);
    expect(await ground.database.sites.list()).toEqual([changed]);
  });

  test("a site is removed by id, by name or by URL, and can be added again", async () => {
    const sites = [
      aSite({ name: "first" }),
      aSite({ name: "second" }),
      defineSite({ url: "https://third.example" }),
    ];
    const [first, , third] = sites;
    await ground.database.sites.save(sites);
    const { sites: store } = ground.database;
    expect(await store.remove(first?.id.toUpperCase() ?? "")).toBe(true);
    expect(await store.remove("second")).toBe(true);
    expect(await store.remove("https://THIRD.example/")).toBe(false);
    expect(await store.remove("https://third.example")).toBe(true);
    expect(await store.remove("second")).toBe(false);
    expect(await store.list()).toEqual([]);
    await store.save(third === undefined ? [] : [third]);
    expect(await store.list()).toEqual([third]);
  });

  test("a row written by hand that can't be checked is left out; the others stay", async () => {
    const site = aSite();
    await ground.database.sites.save([site]);
    await ground.sql("INSERT INTO sites (url) VALUES ('ftp://not-a-website.example/')");
    expect(await ground.database.sites.list()).toEqual([site]);
  });

  test("a site added with plain SQL is listed with the defaults", async () => {
    await ground.sql("INSERT INTO sites (url, regexp) VALUES ('https://plain.example/', 'Welcome')");
    expect(await ground.database.sites.list()).toMatchObject([
      {
        url: "https://plain.example/",
        regexp: "Welcome",
        intervalMs: 60_000,
        timeoutMs: 10_000,
        enabled: true,
      },
    ]);
  });

  test("whoever listens hears of every kind of change", async () => {
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    let heard = 0;
    ground.database.sites.onChanged(() => {
      heard += 1;
    }, stop.signal);
    const hears = async (change: () => Promise<unknown>): Promise<void> => {
      const before = heard;
      await change();
      await eventually("the change is heard", () => heard > before);
    };
    const site = aSite({ name: "shop" });
    // The first may also be the listener's own word that it is connected now.
    await hears(() => ground.database.sites.save([site]));
    await hears(() => ground.database.sites.save([{ ...site, enabled: false }]));
    await hears(() => ground.database.sites.remove("shop"));
    await hears(() => ground.sql("INSERT INTO sites (url) VALUES ('https://plain.example/')"));
  });

  test("what was due when is kept: through changes, pauses, removal and return", async () => {
    const site = aSite({ intervalMs: 60_000 });
    const { sites } = ground.database;
    await sites.save([site]);
    await sites.save([{ ...site, regexp: "no matter for the schedule" }]);
    await sites.save([{ ...site, intervalMs: 30_000 }]);
    await sites.save([{ ...site, intervalMs: 30_000, enabled: false }]);
    await sites.remove(site.id);
    await sites.save([site]);
    const periods = await ground.sql(
      `SELECT interval_ms, paused, valid_to IS NULL AS current FROM site_schedules ORDER BY valid_from`,
    );
    expect(periods).toEqual([
      { interval_ms: 60_000, paused: false, current: false },
      { interval_ms: 30_000, paused: false, current: false },
      { interval_ms: 30_000, paused: true, current: false },
      { interval_ms: 60_000, paused: false, current: true },
    ]);
    const [gaps] = await ground.sql(
      `SELECT count(*)::integer AS count FROM (
         SELECT valid_to, lead(valid_from) OVER (ORDER BY valid_from) AS next FROM site_schedules
       ) AS periods WHERE next < valid_to`,
    );
    expect(gaps).toEqual({ count: 0 });
  });

  test("a site that only its results tell of has never been due", async () => {
    await ground.sql("INSERT INTO sites (url, in_schedule) VALUES ('https://seen.example/', false)");
    expect(await ground.sql("SELECT FROM site_schedules")).toEqual([]);
  });

  test("a site of a file is described without its secrets, and due from then until its monitor stops", async () => {
    const { sites } = ground.database;
    const site = aSite({ options: { authentication: { type: "bearer", token: "file-secret" }, retries: 1 } });
    await sites.describe({ source: "file", sites: [site], by: "one" }, { again: false });
    const [row] = await ground.sql("SELECT source, in_schedule, options FROM sites");
    expect(row).toEqual({
      source: "file",
      in_schedule: false,
      options: { authentication: { type: "bearer", token: "***" }, retries: 1 },
    });
    await sites.forget("one");
    const periods = "SELECT paused, valid_to IS NULL AS current FROM site_schedules";
    expect(await ground.sql(periods)).toEqual([{ paused: false, current: false }]);
  });

  test("a description does not change a saved site, and a monitor that repeats its own writes nothing", async () => {
    const { sites } = ground.database;
    const saved = aSite({ regexp: "saved" });
    await sites.save([saved]);
    const described = { source: "file" as const, sites: [{ ...saved, regexp: "file" }, aSite()], by: "one" };
    await sites.describe(described, { again: false });
    expect(await sites.list()).toEqual([saved]);
    const versions = () => ground.sql("SELECT id, xmin::text, revision FROM sites ORDER BY id");
    const before = await versions();
    await sites.describe({ ...described, by: "two" }, { again: true });
    expect(await versions()).toEqual(before);
  });

  test("every change of a definition raises its revision, whoever makes it", async () => {
    const site = aSite();
    await ground.database.sites.save([site]);
    await ground.database.sites.save([site]);
    const revision = async () => (await ground.sql("SELECT revision FROM sites"))[0]?.revision;
    expect(await revision()).toBe(1);
    await ground.sql("UPDATE sites SET interval_ms = 5000");
    await ground.database.sites.remove(site.id);
    expect(await revision()).toBe(3);
  });
}
