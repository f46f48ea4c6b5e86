import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { statusPageSchema } from "../../../../src/contract/status-page.ts";
import type { NewNotice, NewSubscriber } from "../../../../src/core/status-pages/ports.ts";
import { eventually } from "../../../harness/eventually.ts";
import type { Ground } from "./ground.ts";

const LEASE_MS = 60_000;
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

const aSubscriber = (rest: Partial<NewSubscriber> = {}): NewSubscriber => ({
  slug: "shop",
  kind: "email",
  address: "reader@example.org",
  confirmationHash: new TextEncoder().encode(randomUUID()),
  unsubscribeToken: randomUUID(),
  ...rest,
});

export function statusPageTests(ground: Ground): void {
  const pages = () => ground.database.statusPages;
  const subscribers = () => ground.database.subscribers;

  describe("a page", () => {
    test("is changed by who saw its latest revision, and by nobody else", async () => {
      const first = { page: aPage("Shop"), passwordHash: "hash", revision: null, by: "Ann" };
      expect(await pages().save(first)).toMatchObject({
        revision: 1,
        password: { kind: "hash", value: "hash" },
      });
      expect(await pages().save(first)).toBeNull();
      const second = { ...first, page: aPage("The shop"), passwordHash: null, revision: 1 };
      expect(await pages().save(second)).toMatchObject({
        revision: 2,
        password: { value: "hash" },
      });
      expect(await pages().save(second)).toBeNull();
      expect(await pages().list()).toMatchObject([{ page: { title: "The shop" }, source: "table" }]);
    });

    test("that somebody spoilt by SQL is left out, and the others are shown", async () => {
      await ground.sql("INSERT INTO status_pages (slug, definition, changed_by) VALUES ('bad', '{}', 'sql')");
      expect((await pages().list()).map(({ page }) => page.slug)).not.toContain("bad");
      await ground.sql("DELETE FROM status_pages WHERE slug = 'bad'");
    });

    test("is removed with its notices and subscribers", async () => {
      const page = statusPageSchema.parse({ slug: "gone", title: "x", groups: [{}] });
      await pages().save({ page, passwordHash: null, revision: null, by: "Ann" });
      await pages().addNotice(aNotice({ slug: "gone" }));
      await subscribers().add(aSubscriber({ slug: "gone" }));
      expect(await pages().remove("gone", 7)).toBe(false);
      expect(await pages().remove("gone", 1)).toBe(true);
      expect(await pages().notices("gone", 0)).toEqual([]);
      expect(await subscribers().list("gone")).toEqual([]);
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

  describe("a subscriber", () => {
    test("is told nothing before the address is confirmed, and each later update once", async () => {
      const given = aSubscriber({ slug: "told" });
      await subscribers().add(given);
      const { id } = await pages().addNotice(aNotice({ slug: "told" }));
      expect(await subscribers().claimMessages(10, LEASE_MS)).toEqual([]);
      expect(await subscribers().confirm(given.confirmationHash, HOUR_MS)).toMatchObject({ confirmed: true });
      await pages().addUpdate({ noticeId: id, state: "resolved", text: "It works again.", by: "Bob" });
      const claimed = await subscribers().claimMessages(10, LEASE_MS);
      expect(claimed).toMatchObject([
        { update: { position: 2, text: "It works again." }, subscriber: { address: "reader@example.org" } },
      ]);
      expect(await subscribers().claimMessages(10, LEASE_MS)).toEqual([]);
      await subscribers().messageSent(claimed[0]?.id ?? "");
    });

    test("whose message could not be sent gets it later, until the last attempt", async () => {
      const given = aSubscriber({ slug: "retried" });
      await subscribers().add(given);
      await subscribers().confirm(given.confirmationHash, HOUR_MS);
      await pages().addNotice(aNotice({ slug: "retried" }));
      const [first] = await subscribers().claimMessages(10, LEASE_MS);
      await subscribers().messageFailed(first?.id ?? "", "no answer", 0);
      const [second] = await subscribers().claimMessages(10, LEASE_MS);
      expect(second).toMatchObject({ id: first?.id, attempts: 2 });
      await subscribers().messageFailed(second?.id ?? "", "no such mailbox", null);
      expect(await subscribers().claimMessages(10, 0)).toEqual([]);
    });

    test("uses a link once, and not after it has expired", async () => {
      const given = aSubscriber({ slug: "links" });
      await subscribers().add(given);
      expect(await subscribers().confirm(given.confirmationHash, -1)).toBeNull();
      expect(await subscribers().confirm(given.confirmationHash, HOUR_MS)).not.toBeNull();
      expect(await subscribers().confirm(given.confirmationHash, HOUR_MS)).toBeNull();
    });

    test("who asks twice gets the newer link; who is confirmed gets none", async () => {
      const first = aSubscriber({ slug: "twice" });
      const second = aSubscriber({ slug: "twice" });
      await subscribers().add(first);
      await subscribers().add(second);
      expect(await subscribers().confirm(first.confirmationHash, HOUR_MS)).toBeNull();
      expect(await subscribers().confirm(second.confirmationHash, HOUR_MS)).not.toBeNull();
      expect(await subscribers().add(aSubscriber({ slug: "twice" }))).toBeNull();
      expect(await subscribers().list("twice")).toHaveLength(1);
    });

    test("leaves with the token of any message, once", async () => {
      const given = aSubscriber({ slug: "leaves" });
      await subscribers().add(given);
      expect(await subscribers().remove(given.unsubscribeToken)).toBe(true);
      expect(await subscribers().remove(given.unsubscribeToken)).toBe(false);
    });
  });
}
