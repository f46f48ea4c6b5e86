/** Formats the backlog of an outbox as one line. */
import type { OutboxBacklog } from "../core/relaying/ports.ts";

export function formatBacklog({ unpublished, parked, oldestAgeMs }: OutboxBacklog): string {
  const age = oldestAgeMs === null ? "" : `, the oldest ${formatAge(oldestAgeMs)} old`;
  return `${unpublished} unpublished${age}; ${parked} parked`;
}

/** Formats an age such as `3 s`, `12 min` or `5 h`. */
export function formatAge(ageMs: number): string {
  const seconds = Math.max(0, Math.round(ageMs / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
