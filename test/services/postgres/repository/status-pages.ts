import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { statusPageSchema } from "../../../../src/contract/settings/status-page.ts";
import type { NewNotice } from "../../../../src/core/status-pages/ports.ts";
import { eventually } from "../../../harness/eventually.ts";
import type { Ground } from "./ground.ts";

const HOUR_MS = 3_600_000;
const site = "6f1c7a0e-0000-4000-8000-000000000001";

const aPage = (title: string) =>
  statusPageSchema.parse({ slug: "shop", title, groups: [{ sites: [{ site }] }] });

const aNotice = (rest: Partial<NewNotice> = {}): NewNotice => ({
  slug: "shop",
  incidentId: null,
  title: "Payments fail",
  impact: "major",
  siteIds: [site],
  state: "investigating",
  text: "We look into it.",
  by: "Ann",
  ...rest,
});

export function statusPageTests(ground: Ground): void {
  const pages = () => ground.database.statusPages;

  describe("a page", () => {
    test("is changed by who saw its latest revision, and by nobody else", async () => {
      const first = { page: aPage("Shop"), passwordHash: "hash", by: "Ann" };
      expect(await pages().add(first)).toMatchObject({
        revision: 1,
        password: { kind: "hash", value: "hash" },
      });
      expect(await pages().add(first)).toBeNull();
      const second = { ...first, page: aPage("The shop"), passwordHash: undefined };
      expect(await pages().replace(second, 1)).toMatchObject({
        revision: 2,
        password: { value: "hash" },
      });
      expect(await pages().replace(second, 1)).toBeNull();
      expect(await pages().replace({ ...second, passwordHash: null }, 2)).toMatchObject({
        revision: 3,
        password: null,
      });
      expect(await pages().list()).toMatchObject([{ page: { title: "The shop" }, source: "table" }]);
    });

    test("that somebody spoilt by SQL is left out, and the others are shown", async () => {
      await ground.sql("INSERT INTO status_pages (slug, definition, changed_by) VALUES ('bad', '{}', 'sql')");
      expect((await pages().list()).map(({ page }) => page.slug)).not.toContain("bad");
      await ground.sql("DELETE FROM status_pages WHERE slug = 'bad'");
    });

    test("is removed with its notices", async () => {
      const page = statusPageSchema.parse({ slug: "gone", title: "x", groups: [{}] });
      await pages().add({ page, passwordHash: null, by: "Ann" });
      await pages().addNotice(aNotice({ slug: "gone" }));
      expect(await pages().remove("gone", 7)).toBe(false);
      expect(await pages().remove("gone", 1)).toBe(true);
      expect(await pages().notices("gone", 0)).toEqual([]);
    });

    test("that changes is told to who listens", async () => {
      const stop = new AbortController();
      let changes = 0;
      pages().onChanged(() => {
        changes += 1;
      }, stop.signal);
      await eventually("a change is heard", async () => {
        await pages().addNotice(aNotice({ slug: "heard" }));
        return changes > 0;
      });
      stop.abort();
    });
  });

  describe("a notice", () => {
    test("is changed and removed by who saw its latest revision", async () => {
      const { id, revision } = await pages().addNotice(aNotice({ slug: "changed" }));
      const change = {
        id,
        revision,
        incidentId: null,
        title: "Cards fail",
        impact: "minor",
        siteIds: [],
      } as const;
      expect(await pages().changeNotice(change)).toMatchObject({
        title: "Cards fail",
        impact: "minor",
        siteIds: [],
      });
      expect(await pages().changeNotice(change)).toBeNull();
      expect(await pages().removeNotice(id, revision)).toBe(false);
      expect(await pages().removeNotice(id, revision + 1)).toBe(true);
      expect(await pages().findNotice(id)).toBeNull();
    });

    test("collects updates, is resolved by one, and opened again by another", async () => {
      const { id } = await pages().addNotice(aNotice({ slug: "updates" }));
      const add = (state: "identified" | "resolved", text: string) =>
        pages().addUpdate({ noticeId: id, state, text, by: "Bob" });
      await add("identified", "It is the database.");
      expect((await add("resolved", "It works again."))?.resolvedAtMs).toEqual(expect.any(Number));
      expect(await add("identified", "No, it does not.")).toMatchObject({
        resolvedAtMs: null,
        updates: [{ position: 1 }, { position: 2 }, { position: 3 }, { position: 4, by: "Bob" }],
      });
    });

    test("that was resolved long ago is not read, an open one always is", async () => {
      const old = await pages().addNotice(aNotice({ slug: "old", state: "resolved" }));
      const open = await pages().addNotice(aNotice({ slug: "old" }));
      const ids = (await pages().notices("old", Date.now() + HOUR_MS)).map(({ id }) => id);
      expect(ids).toEqual([open.id]);
      expect(ids).not.toContain(old.id);
    });

    test("of which nobody knows gets no update", async () => {
      const update = { noticeId: randomUUID(), state: "resolved", text: "x", by: "Bob" } as const;
      expect(await pages().addUpdate(update)).toBeNull();
    });
  });
}
