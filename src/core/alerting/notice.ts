/** The content of a message about incidents, before a channel formats it. */
import { readableDuration } from "../../contract/duration.ts";
import { shownUrl } from "../../contract/shown-url.ts";
import type { Incident } from "../incidents/ports.ts";

export type NoticeKind = "opened" | "escalated" | "reminder" | "worsened" | "acknowledged" | "resolved";

/** One message, about one incident or about several that are sent together. */
export interface Notice {
  readonly kind: NoticeKind | "test";
  /** At least one; empty only for a test message. */
  readonly incidents: readonly Incident[];
  /** True when the message may have been sent before: an earlier sender stopped before it recorded the outcome. */
  readonly repeated: boolean;
  /** What the messages about one incident share: its id. A message about several has a key of its own. */
  readonly key: string;
  /** Names this message, also when it is sent again: for channels that drop doubles of their own accord. */
  readonly id: string;
  /** The service's name of the thread that the message belongs to; null for a message that begins one. */
  readonly thread: string | null;
}

export interface NoticeText {
  /** One line that names what is broken and since when. */
  readonly title: string;
  /** One fact per line; the last line is a command to run. */
  readonly lines: readonly string[];
}

const MOST_LISTED = 20;

/** How much a notice matters: the worst of its incidents. */
export function urgencyOf({ kind, incidents }: Notice): "down" | "degraded" | "resolved" | "test" {
  if (kind === "test" || kind === "resolved") return kind;
  return incidents.some(({ severity }) => severity === "down") ? "down" : "degraded";
}

/** The address of the site a notice is about, without its password; null for a digest, and for what is no web address. */
export function siteUrlOf({ incidents }: Notice): string | null {
  const [incident, ...others] = incidents;
  if (incident === undefined || others.length > 0) return null;
  return /^https?:/.test(incident.url) && URL.canParse(incident.url) ? shownUrl(incident.url) : null;
}

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
  return {
    title: oneLine(notice.repeated ? `(repeated) ${title}` : title),
    lines: lines.map(oneLine),
  };
}

/**
 * Names and causes come from outside: without control characters and without marks that turn the direction of what
 * follows (Unicode Standard Annex 9), so that no text forges a line or hides another one.
 */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replaceAll(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "");
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
        shownUrl(incident.url),
        `It was ${stateOf(incident).toLowerCase()} from ${utc(incident.sinceMs)} to ${utc(endMs)}.${by}`,
      ],
    };
  }
  const lines = [shownUrl(incident.url)];
  if (kind === "worsened") lines.push("It was degraded before.");
  if (cause !== null) lines.push(`Why: ${cause.message} (${cause.code})`);
  else if (statusCode !== null) lines.push(`Status ${statusCode}`);
  if (flapping)
    lines.push("It keeps going down and up: you are told once, and again when it has been good for a while.");
  if (kind === "reminder") lines.push("Nobody has acknowledged it yet.");
  if (acknowledgedBy !== null) lines.push(`Acknowledged by ${acknowledgedBy}.`);
  lines.push(
    acknowledgedBy === null
      ? `To say that you are on it: sitewire incidents acknowledge ${incident.id}`
      : `To see all of it: sitewire incidents show ${incident.id}`,
  );
  return {
    title: `${headOf(kind, incident)} ${name} since ${utc(incident.sinceMs)}${causeOf(incident)}`,
    lines,
  };
}

function textOfMany(kind: NoticeKind, incidents: readonly Incident[]): NoticeText {
  const sinceMs = Math.min(...incidents.map((incident) => incident.sinceMs));
  const listed = incidents.slice(0, MOST_LISTED).map((incident) => `${nameOf(incident)}${causeOf(incident)}`);
  if (incidents.length > MOST_LISTED) listed.push(`and ${incidents.length - MOST_LISTED} more`);
  const count = `${incidents.length} sites`;
  const title =
    kind === "resolved"
      ? `RESOLVED ${count}`
      : `${prefixOf(kind)}${worstStateOf(incidents)} ${count} since ${utc(sinceMs)}${sharedCause(incidents)}`;
  return {
    title,
    lines: [...listed, "To see all: sitewire incidents list --open"],
  };
}

function headOf(kind: NoticeKind, incident: Incident): string {
  return `${prefixOf(kind)}${stateOf(incident)}${incident.flapping ? " (flapping)" : ""}`;
}

function prefixOf(kind: NoticeKind): string {
  switch (kind) {
    case "escalated":
      return "ESCALATED ";
    case "reminder":
      return "STILL ";
    case "worsened":
      return "NOW ";
    case "acknowledged":
      return "ACKNOWLEDGED ";
    case "opened":
    case "resolved":
      return "";
    default:
      return kind satisfies never;
  }
}

/** Down is worse than degraded, and that is worse than not observed. */
function worstStateOf(incidents: readonly Incident[]): string {
  const states = incidents.map(stateOf);
  return ["DOWN", "DEGRADED"].find((state) => states.includes(state)) ?? "NOT OBSERVED";
}

function stateOf({ kind, severity }: Incident): string {
  if (kind === "not_observed") return "NOT OBSERVED";
  return severity === "down" ? "DOWN" : "DEGRADED";
}

function nameOf({ siteName, url }: Incident): string {
  return siteName ?? shownUrl(url);
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
