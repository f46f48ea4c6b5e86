// Deliveries of alerts: planned once a step, claimed by one notifier, settled, and told again by nobody.
import { expect, test } from "vitest";
import type { PlannedDelivery } from "../../../../src/core/alerting/ports.ts";
import { aSite, type Ground, resultOf } from "./ground.ts";

const CLAIM_MS = 60_000;

export function deliveryTests(ground: Ground): void {
  const store = () => ground.database.deliveries;

  async function anIncident(): Promise<string> {
    const site = aSite();
    await ground.database.results.record(
      [2, 1].map((minutesAgo) => resultOf(site, minutesAgo, { verdict: "down" })),
    );
    const [incident] = await ground.database.incidents.list({ site: site.url, limit: 1 });
    if (incident === undefined) throw new Error("no incident opened");
    return incident.id;
  }

  function to(channel: string, given: Partial<PlannedDelivery> = {}): PlannedDelivery {
    return {
      channel,
      kind: "opened",
      dueMs: Date.now() - 1000,
      fallbacks: [],
      repeatEveryMs: null,
      groupKey: "",
      ...given,
    };
  }

  const claim = (owner: string, limit = 10) => store().claimDue(owner, limit, CLAIM_MS);
  const states = async () =>
    (
      await ground.sql(
        "SELECT channel, kind, state, reason FROM notification_deliveries ORDER BY channel, kind",
      )
    ).map(({ channel, kind, state, reason }) =>
      [channel, kind, state, ...(reason === null ? [] : [reason])].join(" "),
    );

  test("a step that is planned twice is sent once, by one of two notifiers", async () => {
    const id = await anIncident();
    await store().plan(id, 1, [to("ops"), to("team")]);
    await store().plan(id, 1, [to("ops"), to("team")]);
    const [one, other] = await Promise.all([claim("a", 1), claim("b", 5)]);
    expect([...one, ...other].map(({ channel }) => channel).sort()).toEqual(["ops", "team"]);
    expect(await claim("c")).toEqual([]);
    await store().markSent(
      [...one, ...other].map((delivery) => delivery.id),
      null,
    );
    expect(await states()).toEqual(["ops opened sent", "team opened sent"]);
  });

  test("a delivery that is due later is not claimed yet", async () => {
    await store().plan(await anIncident(), 1, [to("ops", { dueMs: Date.now() + CLAIM_MS })]);
    expect(await claim("a")).toEqual([]);
  });

  test("a claim that ran out is another's, and may have been sent", async () => {
    await store().plan(await anIncident(), 1, [to("ops")]);
    expect(await store().claimDue("a", 1, 0)).toMatchObject([{ mayHaveBeenSent: false }]);
    expect(await claim("b")).toMatchObject([{ channel: "ops", mayHaveBeenSent: true }]);
  });

  test("a delivery that may have been sent still says so after it was held back", async () => {
    await store().plan(await anIncident(), 1, [to("ops")]);
    await store().claimDue("a", 1, 0);
    const [taken] = await claim("b");
    await store().postpone([taken?.id ?? ""], Date.now() - 1, "silenced by ada: known", false);
    expect(await claim("b")).toMatchObject([{ mayHaveBeenSent: true }]);
  });

  test("an opening joins the one of its group that waits, and no other", async () => {
    const [first, second] = [await anIncident(), await anIncident()];
    const inMs = (delayMs: number) => Date.now() + delayMs;
    await store().plan(first, 1, [to("ops", { dueMs: inMs(10_000), groupKey: "a" })]);
    await store().plan(second, 1, [
      to("ops", { dueMs: inMs(30_000), groupKey: "a" }),
      to("team", { dueMs: inMs(30_000), groupKey: "a" }),
    ]);
    await store().plan(first, 2, [to("ops", { dueMs: inMs(30_000), groupKey: "b" })]);
    const due = await ground.sql(
      "SELECT channel, group_key, count(DISTINCT due_at) AS times FROM notification_deliveries GROUP BY channel, group_key ORDER BY 1, 2",
    );
    expect(due.map(({ times }) => Number(times))).toEqual([1, 1, 1]);
    const [{ spread } = { spread: null }] = await ground.sql(
      "SELECT extract(epoch FROM max(due_at) - min(due_at)) AS spread FROM notification_deliveries WHERE channel = 'ops'",
    );
    expect(Number(spread)).toBeGreaterThan(10);
  });

  test("a delivery to a rotation becomes one to each channel of the person, and a reminder asks again", async () => {
    const id = await anIncident();
    await store().plan(id, 1, [to("on-call:primary", { repeatEveryMs: 1000 }), to("mail")]);
    const claimed = await claim("a");
    const [rotation] = claimed.filter(({ channel }) => channel === "on-call:primary");
    await store().reassign(rotation?.id ?? "", ["phone", "mail"]);
    await store().reassign(rotation?.id ?? "", ["phone", "mail"]);
    const [phone, ...others] = await claim("a");
    expect(phone).toMatchObject({ channel: "phone", kind: "opened", repeatEveryMs: 1000 });
    expect(others).toEqual([]);
    await store().markSent([phone?.id ?? ""], null);
    expect(await store().notifiedChannels(id)).toEqual(["mail", "phone"]);
    expect(await states()).toEqual([
      "mail opened sending",
      "on-call:primary reminder waiting",
      "phone opened sent",
    ]);
  });

  test("a person with two channels is reminded once on each", async () => {
    const id = await anIncident();
    await store().plan(id, 1, [to("on-call:primary", { repeatEveryMs: 1000 })]);
    const [rotation] = await claim("a");
    await store().reassign(rotation?.id ?? "", ["phone", "mail"]);
    await store().markSent(
      (await claim("a")).map((delivery) => delivery.id),
      null,
    );
    expect((await states()).filter((state) => state.includes("reminder"))).toEqual([
      "on-call:primary reminder waiting",
    ]);
  });

  test("later messages about an incident join the thread of the first one in that channel", async () => {
    const id = await anIncident();
    await store().plan(id, 1, [to("ops"), to("team")]);
    const first = await claim("a");
    expect(first.map(({ thread }) => thread)).toEqual([null, null]);
    const ops = first.filter(({ channel }) => channel === "ops").map((delivery) => delivery.id);
    await store().markSent(ops, "1700000000.000100");
    await store().plan(id, 2, [to("ops", { kind: "worsened" }), to("team", { kind: "worsened" })]);
    const threads = new Map((await claim("a")).map(({ channel, thread }) => [channel, thread]));
    expect(threads.get("ops")).toBe("1700000000.000100");
    expect(threads.get("team")).toBeNull();
  });

  test("an incident that recovers before anybody was told cancels what waits", async () => {
    const id = await anIncident();
    await store().plan(id, 1, [to("ops", { dueMs: Date.now() + CLAIM_MS })]);
    await store().cancelWaiting(id, "resolved before it was sent");
    expect(await store().notifiedChannels(id)).toEqual([]);
    expect(await states()).toEqual(["ops opened cancelled resolved before it was sent"]);
  });

  test("those who were told, or are being told, are known", async () => {
    const id = await anIncident();
    await store().plan(id, 1, [to("told"), to("failed"), to("later", { dueMs: Date.now() + CLAIM_MS })]);
    const claimed = await claim("a");
    await store().markSent(
      claimed.filter(({ channel }) => channel === "told").map((delivery) => delivery.id),
      null,
    );
    await store().fail(
      claimed.filter(({ channel }) => channel === "failed").map((delivery) => delivery.id),
      "gone",
    );
    expect(await store().notifiedChannels(id)).toEqual(["told"]);
  });

  test("a channel that fails for good is shown as failed, and the next one is tried", async () => {
    const id = await anIncident();
    await store().plan(id, 1, [to("first", { fallbacks: ["second", "third"] })]);
    const [first] = await claim("a");
    await store().fail([first?.id ?? ""], "answered 404");
    const [second] = await claim("a");
    expect(second).toMatchObject({ channel: "second", fallbacks: ["third"], kind: "opened" });
    expect(await states()).toEqual(["first opened failed answered 404", "second opened sending"]);
  });

  test("a channel that the route tells anyway is no fallback besides", async () => {
    const id = await anIncident();
    await store().plan(id, 1, [to("first", { fallbacks: ["second"] }), to("second")]);
    const claimed = await claim("a");
    const first = claimed.find(({ channel }) => channel === "first");
    await store().fail([first?.id ?? ""], "gone");
    expect(await states()).toEqual(["first opened failed gone", "second opened sending"]);
  });

  test("what is put off is tried again then; only a failed attempt counts", async () => {
    await store().plan(await anIncident(), 1, [to("ops")]);
    const [first] = await claim("a");
    await store().postpone([first?.id ?? ""], Date.now() - 1, "maintenance", false);
    const [second] = await claim("a");
    expect(second).toMatchObject({ attempts: 0, mayHaveBeenSent: false });
    await store().postpone([second?.id ?? ""], Date.now() - 1, "answered 503", true);
    expect(await claim("a")).toMatchObject([{ attempts: 1 }]);
  });

  test("a reminder follows while nobody acknowledged the incident", async () => {
    const id = await anIncident();
    const hour = 3_600_000;
    await store().plan(id, 1, [to("ops", { repeatEveryMs: hour })]);
    await store().markSent(
      (await claim("a")).map((delivery) => delivery.id),
      null,
    );
    expect(await claim("a")).toEqual([]);
    await ground.sql("UPDATE notification_deliveries SET due_at = now() WHERE kind = 'reminder'");
    const [reminder] = await claim("a");
    expect(reminder).toMatchObject({ kind: "reminder", channel: "ops", repeatEveryMs: hour });
    await ground.database.incidents.acknowledge({ incidentId: id, by: "ada", note: null });
    await store().markSent([reminder?.id ?? ""], null);
    expect(await states()).toEqual(["ops opened sent", "ops reminder sent"]);
  });

  test("silences are in force until their time, or until the incident recovers", async () => {
    const id = await anIncident();
    await ground.sql(
      "INSERT INTO silences (site, reason, created_by, until) VALUES ('shop', 'moving', 'ada', now() + interval '1 hour')",
    );
    await ground.sql(
      "INSERT INTO silences (site, reason, created_by, until) VALUES ('shop', 'moved', 'ada', now() - interval '1 hour')",
    );
    await ground.sql("INSERT INTO silences (incident_id, reason, created_by) VALUES ($1, 'known', 'ada')", [
      id,
    ]);
    expect((await ground.database.silences.list()).map(({ reason }) => reason)).toEqual(["moving", "known"]);
    await ground.database.incidents.resolve({ incidentId: id, by: "ada", note: null });
    expect((await ground.database.silences.list()).map(({ reason }) => reason)).toEqual(["moving"]);
  });

  test("a silence of a tag until recovery ends with the incidents that were open, and not with later ones", async () => {
    const site = aSite({ tags: ["shop"] });
    const other = aSite({ tags: ["shop"] });
    await ground.database.sites.save([site, other]);
    const byTag = {
      incidentId: null,
      site: null,
      tag: "shop",
      reason: "known",
      createdBy: "ada",
      untilMs: null,
    };
    expect(await ground.database.silences.add(byTag)).toBeNull();
    const open = async (opened: typeof site) => {
      const results = [2, 1].map((minute) => ({
        ...resultOf(opened, minute, { verdict: "down" as const }),
        siteId: opened.id,
      }));
      await ground.database.results.record(results);
      const [incident] = await ground.database.incidents.list({ site: opened.url, limit: 1 });
      return { incidentId: incident?.id ?? "", by: "ada", note: null };
    };
    const first = await open(site);
    const silence = await ground.database.silences.add(byTag);
    // What opens now is muted too, and does not make the silence last longer.
    await ground.sql("UPDATE silences SET created_at = created_at - interval '30 seconds'");
    await ground.sql("UPDATE incidents SET opened_at = now() - interval '1 hour'");
    const second = await open(other);
    await ground.sql("UPDATE incidents SET opened_at = now() WHERE id = $1", [second.incidentId]);
    expect(await ground.database.silences.list()).toMatchObject([{ id: silence?.id, untilMs: null }]);
    await ground.database.incidents.resolve(first);
    expect(await ground.database.silences.list()).toEqual([]);
  });
}
