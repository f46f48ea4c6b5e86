/** Notices about nothing real: the test message, and the example that previews and templates use. */
import type { Incident } from "../../incidents/ports.ts";
import type { Notice, NoticeKind } from "./notice.ts";

const EXAMPLE_SINCE_MS = Date.parse("2026-12-06T02:03:00Z");

/** The message that `sitewire channels test` sends. */
export function testNotice(id: string): Notice {
  return { kind: "test", incidents: [], repeated: false, key: "test", id, thread: null, page: null };
}

/** A message about nothing real, to show what one looks like. */
export function exampleNotice(kind: NoticeKind): Notice {
  const incident: Incident = { ...EXAMPLE_INCIDENT, ...(EXAMPLE_STATES[kind] ?? {}) };
  return {
    kind,
    incidents: [incident],
    repeated: false,
    key: incident.id,
    id: "example",
    thread: null,
    page: null,
  };
}

export const EXAMPLE_INCIDENT: Incident = {
  id: "00000000-0000-4000-8000-000000000000",
  siteId: "00000000-0000-4000-8000-000000000001",
  siteName: "shop",
  url: "https://shop.example/",
  tags: ["shop"],
  kind: "site",
  severity: "down",
  state: "open",
  sinceMs: EXAMPLE_SINCE_MS,
  openedAtMs: EXAMPLE_SINCE_MS + 60_000,
  flapping: false,
  cause: { code: "status_unexpected", message: "status: expected 200-399, found 503" },
  statusCode: 503,
  acknowledgedAtMs: null,
  acknowledgedBy: null,
  goodSinceMs: null,
  resolvedAtMs: null,
  resolvedBy: null,
  parentId: null,
};

const EXAMPLE_STATES: Partial<Record<NoticeKind, Partial<Incident>>> = {
  acknowledged: {
    state: "acknowledged",
    acknowledgedAtMs: EXAMPLE_SINCE_MS + 240_000,
    acknowledgedBy: "Ada",
  },
  resolved: {
    state: "resolved",
    goodSinceMs: EXAMPLE_SINCE_MS + 600_000,
    resolvedAtMs: EXAMPLE_SINCE_MS + 660_000,
  },
};
