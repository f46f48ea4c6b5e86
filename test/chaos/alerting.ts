// The notifiers of a chaos run: what they are to tell, who receives it, and the rule that is held against it.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { startWebhookReceiver, type WebhookReceiver } from "../harness/servers/webhook-receiver.ts";
import type { Website } from "../harness/servers/website.ts";
import type { Ruling } from "./ruling.ts";
import type { Supervisor } from "./supervisor.ts";

const SECRET = "chaos";
const NOTIFIERS = 2;
/** A claim that a killed notifier held ends after a minute. */
const SETTLED_WITHIN_MS = 150_000;
const ASK_EVERY_MS = 1000;
/** How long a site is down, and then up. */
const PERIOD_MS = 12_000;

/** Starts the receiver, and writes the settings that every app of the run reads. */
export async function prepareAlerts(folder: string): Promise<WebhookReceiver> {
  const receiver = await startWebhookReceiver(SECRET);
  const settings = {
    channels: { ops: { type: "webhook", url: receiver.url, secret: SECRET } },
    routes: [{ channels: ["ops"], wait: "0s" }],
    heartbeat: { after: "1h" },
  };
  await writeFile(path.join(folder, "sitewire.yaml"), JSON.stringify(settings));
  return receiver;
}

/** Half of the monitor's sites go down and come back, out of step with each other. */
export function breakSites(website: Website): void {
  website.answers((request, response) => {
    const number = Number(/site-(\d+)/.exec(request.url ?? "")?.[1] ?? 0);
    const isDown = number % 2 === 0 && Math.floor(Date.now() / PERIOD_MS + number / 4) % 2 === 0;
    response.writeHead(isDown ? 503 : 200).end();
  });
}

export function startNotifiers(supervisor: Supervisor): void {
  for (let count = 0; count < NOTIFIERS; count += 1) supervisor.start("notifier");
}

export interface IncidentRow {
  readonly id: string;
  readonly state: "open" | "acknowledged" | "resolved";
  /** States of its deliveries, such as `opened sent`. */
  readonly deliveries: readonly string[];
  /** Whether the incident behind it is not resolved: until then nobody is told of this one. */
  readonly isBehindOpenParent: boolean;
}

/** Held against what is there once it holds, or when the time is over. */
export async function alertRules(
  databaseUrl: string,
  receiver: WebhookReceiver,
  kills: number,
): Promise<readonly Ruling[]> {
  const deadlineMs = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const rulings = judgeAlerts({
      incidents: await readIncidents(databaseUrl),
      told: receiver.received,
      kills,
    });
    if (rulings.every(({ broken }) => broken.length === 0) || performance.now() > deadlineMs) return rulings;
    await delay(ASK_EVERY_MS);
  }
}

export interface Told {
  readonly kind: string;
  readonly repeated: boolean;
  readonly incidents: readonly { readonly id: string }[];
}

/** Pure. `told` is in the order of arrival; `kills` counts the notifiers that were killed. */
export function judgeAlerts({
  incidents,
  told,
  kills,
}: {
  readonly incidents: readonly IncidentRow[];
  readonly told: readonly Told[];
  readonly kills: number;
}): readonly Ruling[] {
  const ofKind = (wanted: (kind: string) => boolean): ReadonlySet<string> =>
    new Set(
      told.filter(({ kind }) => wanted(kind)).flatMap((message) => message.incidents.map(({ id }) => id)),
    );
  const openings = ofKind((kind) => kind !== "resolved");
  const ends = ofKind((kind) => kind === "resolved");
  const repeats = repeatsIn(told);
  return [
    {
      rule: "every incident is told, unless it was over before, or its parent is open",
      lookedAt: incidents.length,
      broken: incidents
        .filter(
          ({ id, deliveries, isBehindOpenParent }) =>
            !openings.has(id) && !isBehindOpenParent && !deliveries.includes("opened cancelled"),
        )
        .map(({ id, state, deliveries }) => `${id} (${state}): ${deliveries.join(", ")}`),
    },
    {
      rule: "the end of an incident is told to those who were told of it",
      lookedAt: openings.size,
      broken: incidents
        .filter(({ id, state }) => openings.has(id) && ends.has(id) !== (state === "resolved"))
        .map(({ id, state, deliveries }) => `${id} (${state}): ${deliveries.join(", ")}`),
    },
    {
      rule: "repeats are marked, and no more than notifiers were killed",
      lookedAt: told.length,
      broken: [
        ...repeats.filter(({ repeated }) => !repeated).map(({ kind }) => `an unmarked repeat: ${kind}`),
        ...(repeats.length > kills ? [`${repeats.length} repeats after ${kills} kills`] : []),
      ],
    },
  ];
}

/** The messages that tell again what an earlier one of their kind has told. */
function repeatsIn(told: readonly Told[]): readonly Told[] {
  const seen = new Set<string>();
  return told.filter(({ kind, incidents }) => {
    const keys = incidents.map(({ id }) => `${kind} ${id}`);
    const isRepeat = keys.some((key) => seen.has(key));
    for (const key of keys) seen.add(key);
    return isRepeat;
  });
}

/** Without those of the known load, whose slots are days old: nobody is told of what has long been over. */
async function readIncidents(databaseUrl: string): Promise<readonly IncidentRow[]> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: "observer" });
  await client.connect();
  try {
    const { rows } = await client.query<IncidentRow>(`
      SELECT incident.id, incident.state,
        array_remove(array_agg(delivery.kind || ' ' || delivery.state ORDER BY delivery.due_at), NULL) AS deliveries,
        coalesce(bool_or(parent.state <> 'resolved'), false) AS "isBehindOpenParent"
      FROM incidents AS incident
      LEFT JOIN incidents AS parent ON parent.id = incident.parent_id
      JOIN incident_steps AS opening ON opening.incident_id = incident.id AND opening.position = 1
      LEFT JOIN notification_deliveries AS delivery ON delivery.incident_id = incident.id
      WHERE opening.recorded_at < incident.opened_at + interval '50 minutes'
      GROUP BY incident.id`);
    return rows;
  } finally {
    await client.end();
  }
}
