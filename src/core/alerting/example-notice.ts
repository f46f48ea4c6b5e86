/** Notices about nothing real: the test message, and the example that previews and templates use. */
import type { Incident } from "../incidents/ports.ts";
import type { Notice } from "./notice.ts";

/** The message that `sitewire channels test` sends. */
export function testNotice(id: string): Notice {
  return { kind: "test", incidents: [], repeated: false, key: "test", id, thread: null };
}

/** A message about nothing real, to show what one looks like. */
export function exampleNotice(kind: "opened" | "resolved"): Notice {
  const incident: Incident = {
    ...EXAMPLE_INCIDENT,
    ...(kind === "opened" ? {} : { state: "resolved", goodSinceMs: 600_000, resolvedAtMs: 660_000 }),
  };
  return { kind, incidents: [incident], repeated: false, key: incident.id, id: "example", thread: null };
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
  sinceMs: 0,
  openedAtMs: 60_000,
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
