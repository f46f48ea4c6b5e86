// Incidents are written with the results that cause them, and read and acted on by people.
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { incidentEventSchema } from "../../../../src/contract/alerting/incident-event.ts";
import type { CheckResult } from "../../../../src/contract/checks/check-result.ts";
import { aSite, type Ground, resultOf } from "./ground.ts";

export function incidentTests(ground: Ground): void {
  const down: Partial<CheckResult> = {
    verdict: "down",
    statusCode: 503,
    regexpMatched: null,
    error: { code: "status_unexpected", message: "status 503, expected 200-299" },
  };
  const up: Partial<CheckResult> = { verdict: "up" };

  /** Records one result after the other, as they come from a monitor; the last one is of the minute now. */
  async function record(site: { readonly url: string }, letters: string, until = 0): Promise<void> {
    for (const [index, letter] of [...letters].entries()) {
      const result = resultOf(site, until + letters.length - 1 - index, letter === "d" ? down : up);
      await ground.database.results.record([result]);
    }
  }

  async function told(): Promise<readonly string[]> {
    const rows = await ground.sql(
      "SELECT payload FROM outbox WHERE topic_name = 'sitewire.incidents' ORDER BY id",
    );
    return rows.map(({ payload }) => incidentEventSchema.parse(JSON.parse(String(payload))).step);
  }

  const all = () => ground.database.incidents.list({ limit: 100 });

  describe("incidents", () => {
    test("open with the second failed slot, and say what failed first", async () => {
      const site = aSite();
      await record(site, "uud", 1);
      expect(await all()).toEqual([]);
      await record(site, "d");
      const [incident] = await all();
      expect(incident).toMatchObject({
        url: site.url,
        severity: "down",
        state: "open",
        cause: { code: "status_unexpected", message: "status 503, expected 200-299" },
        statusCode: 503,
      });
      expect((incident?.openedAtMs ?? 0) - (incident?.sinceMs ?? 0)).toBe(60_000);
      expect(await told()).toEqual(["opened"]);
    });

    test("resolve with the second good slot", async () => {
      await record(aSite(), "uudduu");
      expect(await all()).toMatchObject([{ state: "resolved", resolvedBy: null }]);
      expect(await told()).toEqual(["opened", "resolved"]);
    });

    test("are the same in one batch as result by result, and recorded twice change nothing", async () => {
      const site = aSite();
      const letters = [..."uudduudud"];
      const results = letters.map((letter, index) =>
        resultOf(site, letters.length - index, letter === "d" ? down : up),
      );
      await ground.database.results.record(results);
      const once = await all();
      expect(once.map(({ state }) => state)).toEqual(["resolved"]);
      await ground.database.results.record(results);
      for (const result of results) await ground.database.results.record([result]);
      expect(await all()).toEqual(once);
      expect(await told()).toEqual(["opened", "resolved"]);
    });

    test("leave nothing to remember of a site that is plainly up", async () => {
      await record(aSite(), "uuuu");
      await record(aSite(), `d${"u".repeat(30)}`);
      expect(await ground.sql("SELECT * FROM site_incidents")).toEqual([]);
    });

    test("concern their own site only", async () => {
      const [failing, healthy] = [aSite(), aSite()];
      const batch = [2, 1].flatMap((minutesAgo) => [
        resultOf(failing, minutesAgo, down),
        resultOf(healthy, minutesAgo, up),
      ]);
      await ground.database.results.record(batch);
      expect(await all()).toMatchObject([{ url: failing.url }]);
    });

    test("a result that was recorded late opens nothing", async () => {
      const site = aSite();
      await record(site, "uuuu");
      await ground.database.results.record([20, 19].map((minutesAgo) => resultOf(site, minutesAgo, down)));
      expect(await all()).toEqual([]);
    });

    test.each([
      ["in one batch with its successors", (results: readonly CheckResult[]) => [results]],
      ["by itself", (results: readonly CheckResult[]) => results.map((result) => [result])],
    ])("a failed result that comes too late opens nothing, recorded %s", async (_, batchesOf) => {
      const site = aSite();
      // In the order of their slots the two failures would follow each other.
      const results = [
        resultOf(site, 8, up),
        resultOf(site, 6, down),
        ...[5, 4, 3, 2].map((minutesAgo) => resultOf(site, minutesAgo, up)),
        resultOf(site, 7, down),
      ];
      for (const batch of batchesOf(results)) await ground.database.results.record(batch);
      expect(await all()).toEqual([]);
      expect(await told()).toEqual([]);
    });

    test("tell the cause that a batch before recorded", async () => {
      const site = aSite();
      const refused = { code: "connect_refused", message: "connection refused" } as const;
      await record(site, "uu", 3);
      await ground.database.results.record([
        resultOf(site, 2, { ...down, statusCode: null, error: refused }),
      ]);
      await ground.database.results.record([resultOf(site, 1, down)]);
      expect(await all()).toMatchObject([{ cause: refused, statusCode: null }]);
    });

    test("show what every location saw at the first failed and the first good slot, and what changed", async () => {
      const site = aSite();
      const page = (body: string) => ({
        headers: [{ name: "server", value: "nginx" }],
        body,
        bodyCut: false,
        redirects: [],
      });
      const chain = [
        {
          subject: "CN=a",
          issuer: "CN=b",
          validFrom: "2026-01-01T00:00:00.000Z",
          validTo: "2027-01-01T00:00:00.000Z",
        },
      ];
      const failed = { ...down, certificateChain: chain, attempts: 3 };
      const seen: readonly (readonly [number, string, Partial<CheckResult>])[] = [
        [6, "ams", up],
        [6, "fra", up],
        [5, "ams", { ...failed, evidence: page("<h1>503</h1>") }],
        [5, "fra", failed],
        [4, "ams", failed],
        [4, "fra", failed],
        [3, "ams", { ...up, remoteAddress: "192.0.2.9", evidence: page("<h1>hello</h1>") }],
        [3, "fra", up],
        [2, "ams", up],
        [2, "fra", up],
      ];
      for (const [minutesAgo, location, given] of seen) {
        await ground.database.results.record([{ ...resultOf(site, minutesAgo, given), location }]);
      }
      const [incident] = await all();
      const shown = await ground.database.incidents.show(incident?.id ?? "");
      expect(shown?.timeline.map(({ step, evidence }) => [step, evidence])).toMatchObject([
        [
          "opened",
          {
            slot: resultOf(site, 5).slot,
            locations: [
              { location: "ams", outcome: "down", statusCode: 503, attempts: 3, timings: { tlsMs: 20 } },
              { location: "fra", outcome: "down", error: { code: "status_unexpected" } },
            ],
            response: { location: "ams", body: "<h1>503</h1>" },
            certificateChain: chain,
          },
        ],
        ["resolved", { slot: resultOf(site, 3).slot, response: { body: "<h1>hello</h1>" } }],
      ]);
      expect(shown?.changes).toEqual(
        expect.arrayContaining([
          { what: "status code", before: "503", after: "200" },
          { what: "address", before: "192.0.2.1", after: "192.0.2.9" },
          { what: "body", before: "<h1>503</h1>", after: "<h1>hello</h1>" },
        ]),
      );
    });

    test("are listed for one site, and without those that are over", async () => {
      const [over, open] = [aSite(), aSite({ name: `open ${randomUUID()}` })];
      await record(over, "dduu");
      await record(open, "dd");
      const { incidents: store } = ground.database;
      expect(await store.list({ states: ["open", "acknowledged"], limit: 10 })).toHaveLength(1);
      expect(await store.list({ site: over.url, limit: 10 })).toMatchObject([{ url: over.url }]);
      expect(await store.list({ site: "nobody", limit: 10 })).toEqual([]);
    });
  });

  describe("a person", () => {
    const step = (incidentId: string, note: string | null = null) => ({ incidentId, by: "ada", note });

    async function anIncident(): Promise<{ readonly site: { readonly url: string }; readonly id: string }> {
      const site = aSite();
      await record(site, "udd", 3);
      const [incident] = await all();
      if (incident === undefined) throw new Error("no incident opened");
      return { site, id: incident.id };
    }

    test("acknowledges an incident once, and the results still resolve it", async () => {
      const { site, id } = await anIncident();
      const { incidents: store } = ground.database;
      expect(await store.acknowledge(step(id, "on it"))).toMatchObject({
        kind: "done",
        incident: { state: "acknowledged", acknowledgedBy: "ada" },
      });
      expect(await store.acknowledge(step(id))).toMatchObject({ kind: "not now" });
      await record(site, "uu", 1);
      const shown = await store.show(id);
      expect(shown?.incident).toMatchObject({ state: "resolved", resolvedBy: null });
      expect(shown?.timeline).toMatchObject([
        { position: 1, step: "opened" },
        { position: 2, step: "acknowledged", by: "ada", note: "on it" },
        { position: 3, step: "resolved", by: null },
      ]);
      expect(await told()).toEqual(["opened", "acknowledged", "resolved"]);
    });

    test("resolves an incident; when the failures go on another one opens", async () => {
      const { site, id } = await anIncident();
      expect(await ground.database.incidents.resolve(step(id))).toMatchObject({
        kind: "done",
        incident: { state: "resolved", resolvedBy: "ada" },
      });
      await record(site, "dd", 1);
      expect((await all()).map(({ state }) => state)).toEqual(["open", "resolved"]);
    });

    test("notes something on an incident that is over", async () => {
      const { site, id } = await anIncident();
      await record(site, "uu", 1);
      expect(await ground.database.incidents.note(step(id, "a full disk"))).toMatchObject({ kind: "done" });
      const shown = await ground.database.incidents.show(id);
      expect(shown?.timeline.at(-1)).toMatchObject({ step: "noted", note: "a full disk" });
    });

    test("is told when there is no such incident", async () => {
      expect(await ground.database.incidents.acknowledge(step(randomUUID()))).toEqual({
        kind: "unknown incident",
      });
      expect(await ground.database.incidents.show(randomUUID())).toBeNull();
    });
  });
}
