/** Parses arguments that several commands share. */

import { type IncidentKind, incidentKinds, type Severity } from "../contract/alerting/incident-event.ts";
import { UsageError } from "../contract/errors.ts";

const LARGEST_LIMIT = 1_000_000;

/** Parses `--limit`. Throws `UsageError`. */
export function parseLimit(text: string): number {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= LARGEST_LIMIT) return limit;
  throw new UsageError(`--limit is "${text}": must be a whole number from 1 to ${LARGEST_LIMIT}`);
}

/** Requires either ids or `--all`. Throws `UsageError`. */
export function someOrAll(ids: readonly string[], all: boolean | undefined): readonly string[] | "all" {
  if (all === true && ids.length === 0) return "all";
  if (all !== true && ids.length > 0) return ids;
  throw new UsageError("name one or more ids, or give --all");
}

/** Returns milliseconds since the epoch; undefined when the option is absent. Throws `UsageError`. */
export function parseInstant(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const instantMs = Date.parse(text);
  if (!Number.isNaN(instantMs)) return instantMs;
  throw new UsageError(`${flag} is "${text}": must be a date such as 2026-01-01 or 2026-01-01T12:00:00Z`);
}

/** Parses `--severity`. Throws `UsageError`. */
export function parseSeverity(text: string): Severity {
  return oneOf("--severity", text, ["down", "degraded"]);
}

/** Parses `--kind`. Throws `UsageError`. */
export function parseIncidentKind(text: string): IncidentKind {
  return oneOf("--kind", text, incidentKinds);
}

/** Returns the one of `known` that a flag names. Throws `UsageError`. */
export function oneOf<T extends string>(flag: string, text: string, known: readonly T[]): T {
  const found = known.find((each) => each === text);
  if (found !== undefined) return found;
  throw new UsageError(`${flag} is "${text}": must be ${known.join(" or ")}`);
}
