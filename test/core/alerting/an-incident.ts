// An incident as the notifier reads it; a test names what matters to it.
import { EXAMPLE_INCIDENT } from "../../../src/core/alerting/wording/example-notice.ts";
import type { Incident } from "../../../src/core/incidents/ports.ts";

export const SINCE_MS = Date.parse("2026-12-06T02:03:00Z");
export const MINUTE_MS = 60_000;

export function anIncident(given: Partial<Incident> = {}): Incident {
  return {
    ...EXAMPLE_INCIDENT,
    id: "0a6f2f0e-8c5c-5a3e-9d8e-0b0f6d6d1c11",
    sinceMs: SINCE_MS,
    openedAtMs: SINCE_MS + MINUTE_MS,
    ...given,
  };
}
