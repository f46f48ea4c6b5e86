// A notifier that is killed at every step of a delivery, and the one that takes over. On real PostgreSQL, with a receiver
// that checks what arrives.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Database } from "../../../src/core/database.ts";
import { eventually } from "../../harness/eventually.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../../harness/servers/webhook-receiver.ts";
import { sharedPostgres } from "../../harness/shared.ts";
import { type RunningSitewire, startSitewire } from "../../harness/sitewire.ts";
import { removeFolder, temporaryFolder } from "../../harness/temporary-folder.ts";
import { openedAt, plainSql } from "../../services/postgres/ground.ts";
import { aSite, resultOf } from "../../services/postgres/repository/ground.ts";

const SECRET = "a secret of the test";
const ENDING = path.join(import.meta.dirname, "notifier-ending-process.ts");
/** So many at a time: most of a run is waiting. */
const LANES = 3;
const LONG_MS = 60_000;
/** Names the notifiers' connections. */
const NOTIFIER = "notifier";

interface Place {
  readonly database: Database;
  readonly sql: (statement: string) => Promise<Record<string, unknown>[]>;
  readonly receiver: WebhookReceiver;
  /** Starts Sitewire's own notifier, or the one that ends itself at a step. */
  notifier(endsAt?: string): RunningSitewire;
}

async function aPlace(route: object = {}): Promise<Place> {
  const created = await sharedPostgres().createDatabase();
  onTestFinished(() => created.drop());
  const folder = await temporaryFolder("notifier");
  onTestFinished(() => removeFolder(folder));
  const receiver = await startWebhookReceiver(SECRET);
  onTestFinished(() => receiver.close());
  const database = await openedAt(created.url);
  await database.migrate();
  const settings = {
    channels: { ops: { type: "webhook", url: receiver.url, secret: SECRET } },
    routes: [{ channels: ["ops"], wait: "0s", ...route }],
  };
  await writeFile(path.join(folder, "sitewire.yaml"), JSON.stringify(settings));
  const databaseUrl = new URL(created.url);
  databaseUrl.searchParams.set("application_name", NOTIFIER);
  return {
    database,
    receiver,
    sql: await plainSql(created.url),
    notifier(endsAt) {
      const given = endsAt === undefined ? {} : { program: ENDING };
      const environment = {
        DATABASE_URL: databaseUrl.href,
        ...(endsAt === undefined ? {} : { ENDS_AT: endsAt }),
      };
      const running = startSitewire(["notify"], { folder, environment, ...given });
      onTestFinished(async () => {
        await running.stop("SIGKILL");
      });
      return running;
    },
  };
}

type Outage = ReturnType<typeof aSite>;

async function record(
  { database }: Place,
  site: Outage,
  { minutes, verdict }: { readonly minutes: readonly number[]; readonly verdict: "up" | "down" },
): Promise<void> {
  await database.results.record(minutes.map((minute) => resultOf(site, minute, { verdict })));
}

const breaks = (place: Place, site: Outage) => record(place, site, { minutes: [5, 4], verdict: "down" });
const recovers = (place: Place, site: Outage) => record(place, site, { minutes: [3, 2], verdict: "up" });

/** What a killed process held is free again, as after some time. */
async function timePasses({ sql }: Place): Promise<void> {
  // The server may still be at a statement of the process, and claim or lease something for it.
  const connections = () =>
    sql(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = '${NOTIFIER}'`,
    );
  await eventually("its connections are closed", async () => (await connections()).length === 0);
  await sql("DELETE FROM leases");
  await sql("DELETE FROM lease_owners");
  await sql("UPDATE notification_deliveries SET claimed_until = now() WHERE state = 'sending'");
}

const isSettled = async ({ sql }: Place, kind: string): Promise<boolean> =>
  (await sql(`SELECT FROM notification_deliveries WHERE kind = '${kind}' AND state = 'sent'`)).length > 0;

/** One outage from its beginning to its end, told by a notifier that may end itself and by one that takes over. */
async function tellAnOutage(place: Place, endsAt: string): Promise<RunningSitewire> {
  const site = aSite();
  const first = place.notifier(endsAt);
  let hasEnded = false;
  void first.ended.then(() => {
    hasEnded = true;
  });
  let running = first;
  for (const [kind, happens] of [
    ["opened", breaks],
    ["resolved", recovers],
  ] as const) {
    await happens(place, site);
    const isTold = () => isSettled(place, kind);
    const isTime = async () => (hasEnded && running === first) || (await isTold());
    await eventually(`${kind} is told, or the notifier ends`, isTime, { timeoutMs: LONG_MS });
    if (!hasEnded || running !== first) continue;
    await timePasses(place);
    running = place.notifier();
    await eventually(`${kind} is told by the next notifier`, isTold, { timeoutMs: LONG_MS });
  }
  return running;
}

test("killed at any step of a delivery, it is told once, or twice and then says so, and its end to the same", async () => {
  const observed = await aPlace();
  const running = await tellAnOutage(observed, "never");
  await running.line(/^reached after markSent 2$/);
  const steps = running.stdout.flatMap((line) => /^reached (.*)$/.exec(line)?.slice(1) ?? []);
  await running.stop("SIGKILL");
  expect(observed.receiver.received.map(({ kind }) => kind)).toEqual(["opened", "resolved"]);
  for (const step of ["plan", "claim", "send", "markSent"]) expect(steps).toContain(`after ${step} 2`);

  const remaining = [...steps];
  const lanes = Array.from({ length: LANES }, async () => {
    for (let step = remaining.shift(); step !== undefined; step = remaining.shift()) {
      const place = await aPlace();
      const last = await tellAnOutage(place, step);
      await last.stop("SIGKILL");
      const { received } = place.receiver;
      const told = (kind: string) => received.filter((message) => message.kind === kind);
      expect(new Set(received.map(({ kind }) => kind)), step).toEqual(new Set(["opened", "resolved"]));
      // Only who dies between sending and recording that leaves a repeat behind.
      const isRepeated = step.startsWith("after send");
      expect(received.length, step).toBe(isRepeated ? 3 : 2);
      for (const kind of ["opened", "resolved"]) {
        const [once, ...again] = told(kind);
        expect(
          again.every(({ repeated, id }) => repeated && id === once?.id),
          step,
        ).toBe(true);
      }
    }
  });
  await Promise.all(lanes);
}, 300_000);

test("two notifiers share the work, and nobody is told twice", async () => {
  const place = await aPlace();
  const notifiers = [place.notifier(), place.notifier()];
  await Promise.all(notifiers.map((notifier) => notifier.line(/notifier started/)));
  const sites = Array.from({ length: 20 }, () => aSite());
  for (const site of sites) await breaks(place, site);
  const told = (): string => place.receiver.received.map(({ title, text }) => `${title}\n${text}`).join("\n");
  await eventually("all are told", () => sites.every(({ url }) => told().includes(url)), {
    timeoutMs: LONG_MS,
  });
  const { received } = place.receiver;
  expect(received.filter(({ repeated }) => repeated)).toEqual([]);
  expect(new Set(received.map(({ id }) => id)).size).toBe(received.length);
  const messages = received.map(({ title, text }) => `${title}\n${text}`);
  for (const { url } of sites) expect(messages.filter((message) => message.includes(url))).toHaveLength(1);
});
