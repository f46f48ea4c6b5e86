/** The content of a message about incidents, before a channel formats it. */
import { readableDuration } from "../../contract/duration.ts";
import type { Incident } from "../incidents/ports.ts";

export type NoticeKind = "opened" | "escalated" | "reminder" | "worsened" | "resolved";

/** One message, about one incident or about several that are sent together. */
export interface Notice {
  readonly kind: NoticeKind | "test";
  /** At least one; empty only for a test message. */
  readonly incidents: readonly Incident[];
  /** True when the message may have been sent before: an earlier sender stopped before it recorded the outcome. */
  readonly repeated: boolean;
  /** Deduplication key for channels that drop duplicates: the incident's id when the message is about one incident. */
  readonly key: string;
}

export interface NoticeText {
  /** One line that names what is broken and since when. */
  readonly title: string;
  /** One fact per line; the last line is a command to run. */
  readonly lines: readonly string[];
}

const MOST_LISTED = 20;

/** The message that `sitewire channels test` sends. */
export const TEST_NOTICE: Notice = { kind: "test", incidents: [], repeated: false, key: "test" };

const TEST_TEXT: NoticeText = {
  title: "TEST: Sitewire reaches you here",
  lines: ["Nothing is broken. Somebody ran: sitewire channels test"],
};

/** Renders a notice as plain text. Times are UTC. */
export function noticeText(notice: Notice): NoticeText {
  const { kind, incidents } = notice;
  const [first] = incidents;
  if (kind === "test" || first === undefined) return TEST_TEXT;
  const { title, lines } = incidents.length === 1 ? textOfOne(kind, first) : textOfMany(kind, incidents);
  return { title: notice.repeated ? `(repeated) ${title}` : title, lines };
}

function textOfOne(kind: NoticeKind, incident: Incident): NoticeText {
  const { cause, statusCode, flapping, acknowledgedBy } = incident;
  const name = nameOf(incident);
  if (kind === "resolved") {
    const endMs = incident.goodSinceMs ?? incident.resolvedAtMs ?? incident.openedAtMs;
    const lasted = readableDuration(Math.max(0, endMs - incident.sinceMs));
    const by = incident.resolvedBy === null ? "" : ` Resolved by ${incident.resolvedBy}.`;
    const again = incident.kind === "not_observed" ? "observed" : "up";
    return {
      title: `RESOLVED ${name}: ${again} again after ${lasted}`,
      lines: [
        incident.url,
        `It was ${stateOf(incident).toLowerCase()} from ${utc(incident.sinceMs)} to ${utc(endMs)}.${by}`,
      ],
    };
  }
  const lines = [incident.url];
  if (cause !== null) lines.push(`Why: ${cause.message} (${cause.code})`);
  else if (statusCode !== null) lines.push(`Status ${statusCode}`);
  if (flapping)
    lines.push("It keeps going down and up: you are told once, and again when it has been good for a while.");
  if (kind === "reminder") lines.push("Nobody has acknowledged it yet.");
  if (acknowledgedBy !== null) lines.push(`Acknowledged by ${acknowledgedBy}.`);
  lines.push(`To say that you are on it: sitewire incidents acknowledge ${incident.id}`);
  return {
    title: `${headOf(kind, incident)} ${name} since ${utc(incident.sinceMs)}${causeOf(incident)}`,
    lines,
  };
}

function textOfMany(kind: NoticeKind, incidents: readonly Incident[]): NoticeText {
  const sinceMs = Math.min(...incidents.map((incident) => incident.sinceMs));
  const listed = incidents.slice(0, MOST_LISTED).map((incident) => `${nameOf(incident)}${causeOf(incident)}`);
  if (incidents.length > MOST_LISTED) listed.push(`and ${incidents.length - MOST_LISTED} more`);
  const head =
    kind === "resolved"
      ? "RESOLVED"
      : incidents.some(({ severity }) => severity === "down")
        ? "DOWN"
        : "DEGRADED";
  const since = kind === "resolved" ? "" : ` since ${utc(sinceMs)}`;
  return {
    title: `${head} ${incidents.length} sites${since}${sharedCause(incidents)}`,
    lines: [...listed, "To see all: sitewire incidents list --open"],
  };
}

function headOf(kind: NoticeKind, incident: Incident): string {
  const { flapping } = incident;
  const head = stateOf(incident);
  const prefix = kind === "escalated" ? "ESCALATED " : kind === "reminder" ? "STILL " : "";
  return `${prefix}${head}${flapping ? " (flapping)" : ""}`;
}

function stateOf({ kind, severity }: Incident): string {
  if (kind === "not_observed") return "NOT OBSERVED";
  return severity === "down" ? "DOWN" : "DEGRADED";
}

function nameOf({ siteName, url }: Incident): string {
  return siteName ?? url;
}

function causeOf({ cause }: Incident): string {
  return cause === null ? "" : `: ${cause.message}`;
}

/** The error code, when all incidents share it: they probably have one cause. */
function sharedCause(incidents: readonly Incident[]): string {
  const codes = new Set(incidents.map(({ cause }) => cause?.code));
  const [code] = codes;
  return codes.size === 1 && code !== undefined ? `: ${code}` : "";
}

function utc(instantMs: number): string {
  return `${new Date(Math.round(instantMs)).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
