/**
 * The live connection (server-sent events of `/api/v1/live`). The browser reconnects by itself and says where it
 * stopped (`Last-Event-ID`); where it gives up, this opens a new connection, later each time.
 *
 * States: connecting → live; live → reconnecting → live. Events of one frame reach their listeners together, before
 * the browser paints.
 */
import { followServerTime } from "../design/clock.ts";

export type LiveState = "connecting" | "live" | "reconnecting";

/** The events of the feed by name, with what they carry. */
export interface LiveEvents {
  readonly hello: { readonly at: string };
  readonly sites: { readonly at: string; readonly sites: readonly LiveSite[] };
  readonly incidents: {
    readonly incidents: readonly { readonly id: string; readonly siteId: string; readonly step: string }[];
  };
  readonly definitions: Readonly<Record<string, never>>;
}

export interface LiveSite {
  readonly id: string;
  readonly state: "up" | "degraded" | "down" | "pending" | "paused" | "not observed";
  readonly checkedAt: string | null;
  readonly statusCode: number | null;
  readonly responseTimeMs: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly incidentId: string | null;
}

type Listener<Name extends keyof LiveEvents> = (events: readonly LiveEvents[Name][]) => void;

const names = ["hello", "sites", "incidents", "definitions"] as const;
const firstDelayMs = 1000;
const longestDelayMs = 30_000;

const listeners: { [Name in keyof LiveEvents]: Set<Listener<Name>> } = {
  hello: new Set(),
  sites: new Set(),
  incidents: new Set(),
  definitions: new Set(),
};
const stateListeners = new Set<() => void>();
let waiting: { [Name in keyof LiveEvents]: LiveEvents[Name][] } = nothing();
let frame = 0;
let state: LiveState = "connecting";
let source: EventSource | null = null;
let failures = 0;

function nothing(): typeof waiting {
  return { hello: [], sites: [], incidents: [], definitions: [] };
}

/** Opens the connection; once for the page. */
export function connect(): void {
  source = new EventSource("/api/v1/live");
  source.addEventListener("open", () => {
    failures = 0;
    become("live");
  });
  source.addEventListener("error", () => {
    become("reconnecting");
    if (source?.readyState !== EventSource.CLOSED) return;
    const longest = Math.min(longestDelayMs, firstDelayMs * 2 ** failures);
    failures += 1;
    setTimeout(connect, longest / 2 + (Math.random() * longest) / 2);
  });
  for (const name of names) source.addEventListener(name, (event) => receive(name, event));
}

function receive<Name extends keyof LiveEvents>(name: Name, event: MessageEvent<string>): void {
  const content: LiveEvents[Name] = JSON.parse(event.data);
  if ("at" in content) followServerTime(new Date(content.at));
  waiting[name].push(content);
  frame ||= document.hidden ? window.setTimeout(deliver, 1000) : requestAnimationFrame(deliver);
}

function deliver(): void {
  frame = 0;
  const events = waiting;
  waiting = nothing();
  for (const name of names) tell(name, events[name]);
}

function tell<Name extends keyof LiveEvents>(name: Name, events: readonly LiveEvents[Name][]): void {
  if (events.length > 0) for (const listener of listeners[name]) listener(events);
}

function become(next: LiveState): void {
  if (state === next) return;
  state = next;
  for (const listener of stateListeners) listener();
}

/** Calls `listener` with the events of each frame. @returns what ends it. */
export function onLive<Name extends keyof LiveEvents>(name: Name, listener: Listener<Name>): () => void {
  listeners[name].add(listener);
  return () => {
    listeners[name].delete(listener);
  };
}

export function liveState(): LiveState {
  return state;
}

export function onLiveState(listener: () => void): () => void {
  stateListeners.add(listener);
  return () => {
    stateListeners.delete(listener);
  };
}
