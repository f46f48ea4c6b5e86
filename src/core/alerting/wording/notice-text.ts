/** Renders a notice as plain text, in UTC. */

import { shownUrl } from "../../../contract/checks/shown-url.ts";
import { readableDuration } from "../../../contract/duration.ts";
import type { Incident } from "../../incidents/ports.ts";
import { digestText } from "./digest-text.ts";
import { expires, goodAgainOf, nameOf, nextStepOf, sinceOf, stateOf } from "./incident-words.ts";
import type { Notice, NoticeKind, NoticeText } from "./notice.ts";
import { NEXT_MARK, oneLine, prefixOf, utc } from "./notice-words.ts";

const TEST_TEXT: NoticeText = {
  title: "TEST: Sitewire reaches you here",
  lines: ["Nothing is broken. Somebody ran: sitewire channels test"],
};

/** The first line says what is broken, since when, why, and what to do next. */
export function noticeText(notice: Notice): NoticeText {
  const { kind, incidents, page } = notice;
  const [first] = incidents;
  if (kind === "test" || first === undefined) return TEST_TEXT;
  const { title, lines } =
    incidents.length === 1 ? textOfOne(kind, first, notice) : digestText(kind, incidents, page);
  return {
    title: oneLine(notice.repeated ? `(repeated) ${title}` : title),
    lines: lines.map(oneLine),
  };
}

function textOfOne(
  kind: NoticeKind,
  incident: Incident,
  { page, heldBack = 0 }: Pick<Notice, "page" | "heldBack">,
): NoticeText {
  if (kind === "resolved") return resolvedText(incident, page);
  const { cause, statusCode, flapping, acknowledgedBy } = incident;
  const lines = addressOf(incident);
  if (kind === "worsened" && incident.kind === "site") lines.push("It was degraded before.");
  if (cause !== null) lines.push(`Why: ${cause.message} (${cause.code})`);
  else if (statusCode !== null) lines.push(`Status ${statusCode}`);
  if (incident.kind === "pipeline") lines.push("Until this is solved, nobody learns of a site that is down.");
  if (incident.kind === "location") {
    lines.push("What this location reports of the sites does not count meanwhile; other locations go on.");
  }
  if (heldBack > 0) {
    lines.push(`${sitesOf(heldBack)} failed with it: you are not told of each of them.`);
  }
  if (flapping)
    lines.push("It keeps going down and up: you are told once, and again when it has been good for a while.");
  if (kind === "escalated") lines.push("You are told because nobody has acknowledged it yet.");
  if (kind === "reminder") lines.push("Nobody has acknowledged it yet.");
  if (acknowledgedBy !== null) lines.push(`Acknowledged by ${acknowledgedBy}.`);
  if (page !== null) lines.push(page);
  const how = page === null ? "" : ", open that page or run";
  lines.push(
    acknowledgedBy === null
      ? `To say that you are on it${how}: sitewire incidents acknowledge ${incident.id}`
      : `To see all of it${how}: sitewire incidents show ${incident.id}`,
  );
  // What expires comes nearer step by step: none of them is news of its own.
  const prefix = kind === "worsened" && expires(incident) ? "" : prefixOf(kind);
  const head = `${prefix}${stateOf(incident)}${flapping ? " (flapping)" : ""}`;
  const behind = heldBack > 0 ? ` and ${sitesOf(heldBack)} behind it` : "";
  const why = cause === null ? "" : `: ${cause.message}`;
  return {
    title: `${head} ${nameOf(incident)}${behind}${sinceOf([incident])}${why}${NEXT_MARK}${nextStepOf(incident)}`,
    lines,
  };
}

function sitesOf(count: number): string {
  return count === 1 ? "1 site" : `${count} sites`;
}

function resolvedText(incident: Incident, page: string | null): NoticeText {
  const endMs = incident.goodSinceMs ?? incident.resolvedAtMs ?? incident.openedAtMs;
  const lasted = readableDuration(Math.max(0, endMs - incident.sinceMs));
  const by = incident.resolvedBy === null ? "" : ` Resolved by ${incident.resolvedBy}.`;
  const was =
    incident.kind === "pipeline" ? "No results were recorded" : `It was ${stateOf(incident).toLowerCase()}`;
  return {
    title: `RESOLVED ${nameOf(incident)}: ${endOf(incident)} after ${lasted}`,
    lines: [
      ...addressOf(incident),
      ...(page === null ? [] : [page]),
      `${was} from ${utc(incident.sinceMs)} to ${utc(endMs)}.${by}`,
    ],
  };
}

/** Without a good result nobody knows whether it is good again: a person, or a change of the settings, ended it. */
function endOf(incident: Incident): string {
  if (incident.goodSinceMs !== null) return goodAgainOf(incident);
  return incident.resolvedBy === null ? "no longer checked" : `closed by ${incident.resolvedBy}`;
}

function addressOf({ kind, url }: Incident): string[] {
  return kind === "pipeline" || kind === "location" ? [] : [shownUrl(url)];
}
