/**
 * The live connection (server-sent events of `/api/v1/live`). The browser reconnects by itself and says where it
 * stopped (`Last-Event-ID`); where it gives up, this opens a new connection, later each time. A page that is hidden
 * for a minute gives its connection back: a browser has six for a server, over all its tabs.
 *
 * States: connecting → live; live → reconnecting → live. Events of one frame reach their listeners together, before
 * the browser paints.
 */
import type {
  LiveDefinitions,
  LiveHello,
  LiveIncidents,
  LiveSites,
} from "../../../src/contract/api/pipeline/live.ts";
import { followServerTime } from "../design/clock.ts";

export type LiveState = "connecting" | "live" | "reconnecting";

/** The events of the feed by name, with what they carry. */
export interface LiveEvents {
  readonly hello: LiveHello;
  readonly sites: LiveSites;
  readonly incidents: LiveIncidents;
  readonly definitions: LiveDefinitions;
}

type Listener<Name extends keyof LiveEvents> = (events: readonly LiveEvents[Name][]) => void;

const names = ["hello", "sites", "incidents", "definitions"] as const;
const firstDelayMs = 1000;
const longestDelayMs = 30_000;
/** Streams end from time to time and resume at once: that is not worth a word. */
const unnoticedMs = 4000;
const hiddenMs = 60_000;

const listeners: { [Name in keyof LiveEvents]: Set<Listener<Name>> } = {
  hello: new Set(),
  sites: new Set(),
  incidents: new Set(),
  definitions: new Set(),
};
const stateListeners = new Set<() => void>();
let waiting = nothing();
let frame = 0;
let state: LiveState = "connecting";
let source: EventSource | null = null;
let lastEventId = "";
let failures = 0;
let interruption = 0;
let hiding = 0;

function nothing(): { [Name in keyof LiveEvents]: LiveEvents[Name][] } {
  return { hello: [], sites: [], incidents: [], definitions: [] };
}

/** Opens the connection; once for the page. */
export function startLive(): void {
  connect();
  document.addEventListener("visibilitychange", () => {
    window.clearTimeout(hiding);
    if (document.hidden) hiding = window.setTimeout(disconnect, hiddenMs);
    else if (source === null) connect();
  });
}

function connect(): void {
  if (source !== null) return;
  const opened = new EventSource(
    `/api/v1/live${lastEventId === "" ? "" : `?lastEventId=${encodeURIComponent(lastEventId)}`}`,
  );
  source = opened;
  opened.addEventListener("open", () => {
    failures = 0;
    window.clearTimeout(interruption);
    interruption = 0;
    become("live");
  });
  opened.addEventListener("error", () => {
    interruption ||= window.setTimeout(() => become("reconnecting"), unnoticedMs);
    if (opened.readyState !== EventSource.CLOSED || source !== opened) return;
    source = null;
    const longestMs = Math.min(longestDelayMs, firstDelayMs * 2 ** failures);
    failures += 1;
    setTimeout(connect, longestMs / 2 + (Math.random() * longestMs) / 2);
  });
  for (const name of names) opened.addEventListener(name, (event) => receive(name, event));
}

function disconnect(): void {
  source?.close();
  source = null;
}

function receive<Name extends keyof LiveEvents>(name: Name, event: MessageEvent<string>): void {
  const content: LiveEvents[Name] = JSON.parse(event.data);
  lastEventId = event.lastEventId;
  if ("at" in content) followServerTime(new Date(content.at));
  waiting[name].push(content);
  if (frame !== 0) return;
  // A hidden page has no frames.
  frame = document.hidden ? window.setTimeout(deliver, 1000) : requestAnimationFrame(deliver);
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
