// Every change that is made on the command line is in the audit log, as one that is made over the API is.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { aServer, type TestServer } from "../harness/server.ts";
import { sitewire } from "../harness/sitewire.ts";
import { removeFolder, temporaryFolder } from "../harness/temporary-folder.ts";
import { aSite, resultOf } from "../services/postgres/repository/ground.ts";

const LEASE_MS = 60_000;

/** An open incident, a parked row and a dead letter. Returns the incident's id. */
async function withTrouble({ database }: TestServer): Promise<string> {
  const site = aSite();
  await database.results.record([2, 1].map((minutesAgo) => resultOf(site, minutesAgo, { verdict: "down" })));
  const value = new TextEncoder().encode("letter");
  await database.outbox.append([{ topic: "orders", key: null, headers: {}, value }]);
  const queue = database.outboxQueue({ afterParked: "wait" });
  const lanes = await queue.leaseLanes("a relay", LEASE_MS);
  const { rows } = await queue.readUnpublished(lanes, { afterId: 0n, maxRows: 100, maxBytes: 1 << 20 });
  const orders = rows.filter(({ event }) => event.topic === "orders");
  await queue.park(orders.map(({ id }) => ({ id, code: "TOO_LARGE", reason: "too large" })));
  await database.logPublisher.publish([{ topic: "sitewire.checks.dead", key: null, headers: {}, value }]);
  const [incident] = await database.incidents.list({ limit: 1 });
  return incident?.id ?? "";
}

test("the audit log tells who changed what on the command line, with before and after and without secrets", {
  timeout: 120_000,
}, async () => {
  const [server, folder] = await Promise.all([aServer(), temporaryFolder("audit")]);
  onTestFinished(async () => {
    await server.close();
    await removeFolder(folder);
  });
  const incident = await withTrouble(server);
  const page = "statusPages: [{ slug: shop, title: Shop, groups: [{ name: Shop, tags: [shop] }] }]\n";
  await writeFile(path.join(folder, "sitewire.yaml"), page);
  await writeFile(path.join(folder, "learnt.md"), "Disks fill.");
  await writeFile(path.join(folder, "sites.yaml"), "- url: https://b.example/\n- url: https://c.example/\n");
  const environment = { DATABASE_URL: server.databaseUrl, LOG_LEVEL: "error", USER: "ada" };
  const run = async (...args: string[]): Promise<string> => {
    const ended = await sitewire(args, { folder, environment });
    expect(ended, args.join(" ")).toMatchObject({ code: 0 });
    return ended.stdout;
  };
  const key = "X-Api-Key: a-secret-of-the-test";
  await run("sites", "add", "https://a.example/", "--name", "shop", "--header", key);
  await run("sites", "change", "shop", "--every", "2m");
  await run("sites", "import", "sites.yaml");
  await run("sites", "remove", "https://b.example/");
  await run("incidents", "acknowledge", incident, "--note", "a full disk");
  await run("incidents", "resolve", incident);
  await run("incidents", "post-mortem", incident, "--file", "learnt.md");
  const silence = await run("silences", "add", "--site", "shop", "--for", "1h", "--reason", "known");
  await run("silences", "end", silence.slice(0, 36));
  const work = ["--start", "2040-01-01T00:00", "--duration", "1h"];
  const window = await run("maintenance", "add", "move", ...work);
  await run("maintenance", "remove", window.slice(0, 36));
  await run("outbox", "discard", "--all");
  await run("dead-letters", "discard", "--all");
  const notice = await run("status-page", "notice", "shop", "--title", "Slow", "--text", "We look at it");
  await run("status-page", "update", notice.trim(), "--state", "resolved", "--text", "Done");

  const entries = (await run("audit", "list", "--json")).trim().split("\n").toReversed();
  const audit: unknown[] = entries.map((line) => JSON.parse(line));
  const byAda = (action: string, rest: object = {}) =>
    expect.objectContaining({ action, actor: { kind: "command line", id: null, name: "ada" }, ...rest });
  expect(audit).toEqual([
    byAda("site.added", {
      before: null,
      after: expect.objectContaining({ name: "shop", intervalMs: 60_000 }),
    }),
    byAda("site.changed", {
      before: expect.objectContaining({ intervalMs: 60_000 }),
      after: expect.objectContaining({ intervalMs: 120_000 }),
    }),
    byAda("site.added"),
    byAda("site.added"),
    byAda("site.deleted", { before: expect.objectContaining({ url: "https://b.example/" }), after: null }),
    byAda("incident.acknowledged", {
      before: { state: "open" },
      after: { state: "acknowledged", note: "a full disk" },
    }),
    byAda("incident.resolved"),
    byAda("post-mortem.written", { before: null, after: { revision: 1, text: "Disks fill." } }),
    byAda("silence.added", { after: expect.objectContaining({ site: "shop", reason: "known" }) }),
    byAda("silence.ended", { after: null }),
    byAda("maintenance.added", { after: expect.objectContaining({ name: "move" }) }),
    byAda("maintenance.removed", { before: expect.objectContaining({ name: "move" }), after: null }),
    byAda("outbox.discarded", { after: { ids: "all", count: 1 } }),
    byAda("dead-letters.discarded", { after: { ids: "all", count: 1 } }),
    byAda("notice.added", { after: expect.objectContaining({ title: "Slow", text: "We look at it" }) }),
    byAda("notice.updated", {
      before: { state: "investigating" },
      after: expect.objectContaining({ state: "resolved" }),
    }),
  ]);
  expect(entries.join("\n")).not.toContain("a-secret-of-the-test");
  expect(await run("audit", "list", "--limit", "1")).toMatch(
    / {2}ada \(command line\) {2}notice\.updated {2}notice Slow\n?$/,
  );
});
