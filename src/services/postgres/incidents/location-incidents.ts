/** Opens and resolves the incidents of cut-off locations, in the transaction that records the results. */

import { incidentEvent } from "../../../contract/alerting/incident-event.ts";
import type { Event } from "../../../contract/events/event.ts";
import { incidentIdOf, locationSiteIdOf } from "../../../contract/identity.ts";
import {
  cutOffMessage,
  FEWEST_FAILING,
  isCutOff,
  QUIET_MS,
  seesTheSitesAgain,
  UPLINK_DOWN_MESSAGE,
} from "../../../core/incidents/cut-off-locations.ts";
import type { Sql } from "../connecting/sql.ts";
import type { ArrivedResult } from "../results/prepared-result.ts";
import { INCIDENT_COLUMNS, type IncidentRow, incidentOf } from "./incident-row.ts";
import { incidentStepOf } from "./incident-step.ts";
import { readLocationSight } from "./location-sight.ts";

export interface CutOffLocation {
  readonly incidentId: string;
  readonly location: string;
  readonly seenUntilMs: number;
}

/** Serialises consumers that decide on one location. */
const LOCK = "SELECT pg_advisory_xact_lock(1937007981, hashtext('location ' || $1))";

/** A replayed or late result opens nothing that was resolved since. */
const OPEN = `
  INSERT INTO incidents AS incident (
    id, site_id, kind, severity, state, since, opened_at, flapping, cause_code, cause_message, steps, location, seen_until
  )
  SELECT $1, $2, 'location', 'down', 'open', to_timestamp($4::double precision / 1000),
    to_timestamp($5::double precision / 1000), false, $6, $7, 1, $3, to_timestamp($5::double precision / 1000)
  WHERE NOT EXISTS (
    SELECT FROM incidents WHERE kind = 'location' AND location = $3
      AND (state <> 'resolved' OR coalesce(good_since, resolved_at) >= to_timestamp($5::double precision / 1000))
  )
  ON CONFLICT (id) DO NOTHING RETURNING ${INCIDENT_COLUMNS}`;

const STILL = `
  UPDATE incidents SET seen_until = greatest(seen_until, to_timestamp($2::double precision / 1000))
  WHERE kind = 'location' AND location = $1 AND state <> 'resolved'`;

const RESOLVE = `
  UPDATE incidents AS incident SET state = 'resolved', good_since = to_timestamp($2::double precision / 1000),
    resolved_at = to_timestamp($2::double precision / 1000), steps = steps + 1
  WHERE kind = 'location' AND location = $1 AND state <> 'resolved'
    AND seen_until < to_timestamp($2::double precision / 1000)
  RETURNING ${INCIDENT_COLUMNS}`;

const ADD_STEP = `
  INSERT INTO incident_steps (incident_id, position, step, at)
  VALUES ($1, $2, $3, to_timestamp($4::double precision / 1000))`;

/** Incidents of sites, or of sites nobody observes, that only this location caused. */
const ADOPT = `
  UPDATE incidents AS child SET parent_id = parent.id FROM incidents AS parent
  WHERE parent.kind = 'location' AND parent.state <> 'resolved' AND child.state <> 'resolved' AND child.parent_id IS NULL
    AND child.since >= parent.since - interval '10 minutes'
    AND (
      child.kind = 'site' AND EXISTS (
        SELECT FROM site_state WHERE site_id = child.site_id AND location = parent.location AND verdict <> 'up'
      ) AND NOT EXISTS (
        SELECT FROM site_state WHERE site_id = child.site_id AND location <> parent.location AND verdict <> 'up'
      )
      OR child.kind = 'not_observed' AND NOT EXISTS (
        SELECT FROM site_state WHERE site_id = child.site_id AND location <> parent.location
      )
    )`;

export interface LocationResults {
  readonly fresh: readonly ArrivedResult[];
  readonly unobserved: readonly ArrivedResult[];
  /** Locations that are cut off so far. */
  readonly cutOff: readonly CutOffLocation[];
  /** Sites that are not plainly up, at least; with few of them no location is cut off. */
  readonly badSites: number;
}

/** Returns the events in the order of the locations' names. Costs nothing while all results are good. */
export async function recordLocations(
  sql: Sql,
  { fresh, unobserved, cutOff, badSites }: LocationResults,
  topic: string,
): Promise<readonly Event[]> {
  const concerned = new Set([
    ...unobserved.map(({ location }) => location),
    ...(badSites >= FEWEST_FAILING ? mostlyDown(fresh) : []),
    ...cutOff.map(({ location }) => location),
  ]);
  const events: Event[] = [];
  for (const location of [...concerned].sort()) {
    const here = (results: readonly ArrivedResult[]) => results.filter((each) => each.location === location);
    const known = cutOff.find((each) => each.location === location) ?? null;
    const ofLocation = await decide(sql, {
      location,
      known,
      fresh: here(fresh),
      unobserved: here(unobserved),
      topic,
    });
    events.push(...ofLocation);
  }
  return events;
}

/** Of a cut-off location most results of a batch are down: only then is it worth comparing all sites. */
function mostlyDown(fresh: readonly ArrivedResult[]): readonly string[] {
  const surplus = new Map<string, number>();
  for (const { location, verdict } of fresh) {
    surplus.set(location, (surplus.get(location) ?? 0) + (verdict === "down" ? 1 : -1));
  }
  return [...surplus].flatMap(([location, more]) => (more > 0 ? [location] : []));
}

/** Records the incidents that a cut-off location caused under its incident. */
export async function adoptOfCutOffLocations(sql: Sql): Promise<void> {
  await sql.change(ADOPT);
}

interface OneLocation {
  readonly location: string;
  readonly known: CutOffLocation | null;
  readonly fresh: readonly ArrivedResult[];
  readonly unobserved: readonly ArrivedResult[];
  readonly topic: string;
}

/** One batch may hold the whole of it: the opening and the end. */
async function decide(
  sql: Sql,
  { location, known, fresh, unobserved, topic }: OneLocation,
): Promise<readonly Event[]> {
  if (fresh.length + unobserved.length === 0) return [];
  await sql.rows(LOCK, [location]);
  const events: Event[] = [];
  let seenUntilMs = known?.seenUntilMs ?? null;
  const seeCutOff = async (slots: SlotRange, code: Opening["code"], message: string): Promise<void> => {
    if (seenUntilMs === null) {
      const opened = await open(sql, { ...slots, location, code, message, topic });
      if (opened === null) return;
      events.push(opened);
    } else await sql.change(STILL, [location, slots.newestMs]);
    seenUntilMs = Math.max(seenUntilMs ?? slots.newestMs, slots.newestMs);
  };
  const marked = rangeOf(unobserved);
  if (marked !== null) await seeCutOff(marked, "uplink_down", UPLINK_DOWN_MESSAGE);
  const seen = rangeOf(fresh);
  if (seen === null) return events;
  const sight = await readLocationSight(sql, location, seen.newestMs);
  const { sinceMs, untilMs } = sight;
  if (isCutOff(sight) && sinceMs !== null && untilMs !== null) {
    await seeCutOff({ oldestMs: sinceMs, newestMs: untilMs }, "location_cut_off", cutOffMessage(sight));
  }
  const quietFromMs = (seenUntilMs ?? Number.POSITIVE_INFINITY) + QUIET_MS;
  const again = rangeOf(fresh.filter(({ verdict, slotMs }) => verdict === "up" && slotMs > quietFromMs));
  if (again === null || !seesTheSitesAgain(sight)) return events;
  const resolved = await resolve(sql, location, again.oldestMs, topic);
  return resolved === null ? events : [...events, resolved];
}

interface SlotRange {
  readonly oldestMs: number;
  readonly newestMs: number;
}

interface Opening extends SlotRange {
  readonly location: string;
  readonly code: "uplink_down" | "location_cut_off";
  readonly message: string;
  readonly topic: string;
}

async function open(
  sql: Sql,
  { location, oldestMs, newestMs, code, message, topic }: Opening,
): Promise<Event | null> {
  const siteId = locationSiteIdOf(location);
  const id = incidentIdOf(siteId, oldestMs, "location");
  const [row] = await sql.rows<IncidentRow>(OPEN, [id, siteId, location, oldestMs, newestMs, code, message]);
  return row === undefined ? null : await told(sql, row, location, "opened", newestMs, topic);
}

async function resolve(sql: Sql, location: string, goodMs: number, topic: string): Promise<Event | null> {
  const [row] = await sql.rows<IncidentRow>(RESOLVE, [location, goodMs]);
  return row === undefined ? null : await told(sql, row, location, "resolved", goodMs, topic);
}

async function told(
  sql: Sql,
  row: IncidentRow,
  location: string,
  step: "opened" | "resolved",
  atMs: number,
  topic: string,
): Promise<Event> {
  await sql.change(ADD_STEP, [row.id, row.steps, step, atMs]);
  const incident = incidentOf({
    ...row,
    siteName: `location ${location}`,
    url: "sitewire:location",
    tags: [],
  });
  return incidentEvent(incidentStepOf(incident, { step, atMs }), row.steps, topic);
}

function rangeOf(results: readonly ArrivedResult[]): SlotRange | null {
  if (results.length === 0) return null;
  let [oldestMs, newestMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { slotMs } of results) {
    oldestMs = Math.min(oldestMs, slotMs);
    newestMs = Math.max(newestMs, slotMs);
  }
  return { oldestMs, newestMs };
}
