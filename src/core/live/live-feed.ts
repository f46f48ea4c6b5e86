/**
 * Keeps subscribers up to date. One loop reads what has changed, at most ten times a second whatever the number of
 * results, and hands each change to all of them. It runs while there is a subscriber.
 *
 * Positions are the database's: a subscriber resumes at any process where another has ended.
 */
import type { LiveIncident, LiveSite } from "../../contract/api/pipeline/live.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { siteStateOf } from "../reporting/site-state.ts";
import { repeatUntilAborted } from "../running/repeating.ts";
import { WakeUp } from "../running/wake-up.ts";
import type { LiveChange, LiveChanges, LivePosition, LiveSiteFacts } from "./ports.ts";

/** Shortest time between two updates. */
const WINDOW_MS = 100;
/** Finds changes whose notification was missed. */
const POLL_MS = 1000;
const DEFINITIONS_POLL_MS = 30_000;
/** Subscribers read long lists again: not more often than this. */
const DEFINITIONS_APART_MS = 2000;
/** Is no digest of definitions. */
const UNTOLD = "0";
const LARGEST_HORIZON = 2n ** 63n;

export interface Tagged<T> {
  readonly item: T;
  readonly tags: readonly string[];
}

/** What has changed, as it is now. */
export interface LiveUpdate {
  /** Where a subscriber resumes who has this update. */
  readonly id: string;
  readonly atMs: number;
  readonly sites: readonly Tagged<LiveSite>[];
  readonly incidents: readonly Tagged<LiveIncident>[];
  /** True when sites were added, changed or removed, or when changes are unknown: read everything again. */
  readonly definitions: boolean;
}

export interface LiveSubscriber {
  /** Called with the first position. `resumed` is false when the subscriber has to read everything. */
  readonly onBegin: (begin: { readonly id: string; readonly resumed: boolean }) => void;
  readonly onUpdate: (update: LiveUpdate) => void;
}

interface State {
  readonly position: LivePosition;
  readonly definitions: string;
}

export class LiveFeed {
  readonly #changes: LiveChanges;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #subscribers = new Set<(update: LiveUpdate) => void>();
  #running: { readonly stop: AbortController; readonly started: Promise<void> } | null = null;
  #state: State = { position: { horizon: "0", known: [] }, definitions: "" };

  constructor({ changes, clock, log }: { changes: LiveChanges; clock: Clock; log: Log }) {
    this.#changes = changes;
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * Subscribes until the signal aborts, from the position `after` where it is known. Resolves when `onBegin` was called
   * and what was missed was handed over. Throws `UnavailableError` while the database cannot serve.
   */
  async subscribe(
    { onBegin, onUpdate }: LiveSubscriber,
    { after, signal }: { readonly after: string | undefined; readonly signal: AbortSignal },
  ): Promise<void> {
    // Updates that come before the missed ones are handed over would be overwritten by them.
    const waiting: LiveUpdate[] = [];
    let deliver = (update: LiveUpdate): void => void waiting.push(update);
    const subscriber = (update: LiveUpdate): void => deliver(update);
    this.#subscribers.add(subscriber);
    const leave = (): void => this.#leave(subscriber);
    signal.addEventListener("abort", leave, { once: true });
    try {
      await this.#start();
      const resumed = stateOf(after);
      const missed = resumed === null ? null : await this.#read(resumed);
      const lost = missed === null || missed.change.lost;
      onBegin({ id: idOf(lost ? this.#state : (resumed ?? this.#state)), resumed: !lost });
      if (!lost) onUpdate(missed.update);
    } catch (error) {
      signal.removeEventListener("abort", leave);
      leave();
      throw error;
    }
    for (const update of waiting) onUpdate(update);
    deliver = onUpdate;
  }

  #leave(subscriber: (update: LiveUpdate) => void): void {
    this.#subscribers.delete(subscriber);
    if (this.#subscribers.size > 0) return;
    this.#running?.stop.abort();
    this.#running = null;
  }

  async #start(): Promise<void> {
    if (this.#running === null) {
      const stop = new AbortController();
      this.#running = { stop, started: this.#begin(stop) };
    }
    const { started, stop } = this.#running;
    try {
      await started;
    } catch (error) {
      if (this.#running?.stop === stop) this.#running = null;
      throw error;
    }
  }

  async #begin(stop: AbortController): Promise<void> {
    const [position, definitions] = await Promise.all([this.#changes.now(), this.#changes.definitions()]);
    this.#state = { position, definitions };
    void this.#run(stop.signal).catch((error: unknown) => {
      this.#log.error({ reason: String(error) }, "live updates failed");
      this.#running = null;
    });
  }

  async #run(signal: AbortSignal): Promise<void> {
    const wakeUp = new WakeUp(this.#clock);
    let definitionsChanged = false;
    let definitionsReadMs = this.#clock.monotonicMs();
    let owed = false;
    let toldMs = Number.NEGATIVE_INFINITY;
    const heard = (what: "changes" | "definitions"): void => {
      if (what === "definitions") definitionsChanged = true;
      wakeUp.wake();
    };
    this.#changes.onChanged(heard, signal);
    const work = async (): Promise<number> => {
      const nowMs = this.#clock.monotonicMs();
      const withDefinitions = definitionsChanged || nowMs - definitionsReadMs >= DEFINITIONS_POLL_MS;
      definitionsChanged = false;
      if (withDefinitions) definitionsReadMs = nowMs;
      const { state, update } = await this.#read(this.#state, withDefinitions);
      this.#state = state;
      owed ||= update.definitions;
      const definitions = owed && nowMs - toldMs >= DEFINITIONS_APART_MS;
      if (definitions) [owed, toldMs] = [false, nowMs];
      if (definitions || update.sites.length > 0 || update.incidents.length > 0) {
        // Who resumes before they were told of the definitions is told then.
        const id = owed ? idOf({ ...state, definitions: UNTOLD }) : update.id;
        for (const deliver of this.#subscribers) deliver({ ...update, id, definitions });
      }
      await this.#clock.sleep(WINDOW_MS, signal);
      return POLL_MS;
    };
    await repeatUntilAborted(
      work,
      { what: "live updates", clock: this.#clock, log: this.#log, wakeUp },
      signal,
    );
  }

  async #read(
    from: State,
    withDefinitions = true,
  ): Promise<{ readonly state: State; readonly update: LiveUpdate; readonly change: LiveChange }> {
    const definitions = withDefinitions ? await this.#changes.definitions() : from.definitions;
    const change = await this.#changes.since(from.position);
    const [sites, incidents] = await Promise.all([
      this.#changes.sites(change.siteIds),
      this.#changes.incidents(change.incidentIds),
    ]);
    const state = { position: change.position, definitions };
    const nowMs = this.#clock.now();
    const update: LiveUpdate = {
      id: idOf(state),
      atMs: nowMs,
      sites: sites.map((site) => ({ item: liveSiteOf(site, nowMs), tags: site.tags })),
      incidents: incidents.map(({ incident, tags }) => ({ item: incident, tags })),
      definitions: change.lost || definitions !== from.definitions,
    };
    return { state, update, change };
  }
}

/** What is shown of a site with several locations is the newest result of those in its state. */
function liveSiteOf(
  { id, incidentId, locations, createdAtMs, ...site }: LiveSiteFacts,
  nowMs: number,
): LiveSite {
  const newest = locations.reduce<LiveSiteFacts["locations"][number] | null>(
    (found, each) => (found === null || each.checkedAtMs > found.checkedAtMs ? each : found),
    null,
  );
  return {
    id,
    state: siteStateOf({ ...site, waitsSinceMs: createdAtMs, lastSeen: locations, nowMs }),
    checkedAt: newest === null ? null : new Date(newest.checkedAtMs).toISOString(),
    statusCode: newest?.statusCode ?? null,
    responseTimeMs: newest?.responseTimeMs ?? null,
    error: newest?.error ?? null,
    incidentId,
  };
}

/** `<horizon>-<definitions>`; transactions that are known beyond the horizon are told again. */
function idOf({ position, definitions }: State): string {
  return `${position.horizon}-${definitions}`;
}

function stateOf(id: string | undefined): State | null {
  const match = /^(\d{1,20})-([\da-f]{0,32})$/.exec(id ?? "");
  if (match === null) return null;
  const [, horizon = "", definitions = ""] = match;
  if (BigInt(horizon) >= LARGEST_HORIZON) return null;
  return { position: { horizon, known: [] }, definitions };
}
