/** What a template may name. */
import { shownUrl } from "../../contract/checks/shown-url.ts";
import type { Notice } from "../../core/alerting/wording/notice.ts";
import { noticeText } from "../../core/alerting/wording/notice-text.ts";
import type { Incident } from "../../core/incidents/ports.ts";
import { shortened, shortenedLines, shortenedTitle } from "./shortened.ts";

/** A template cannot shorten what it makes without breaking it. */
const LONGEST_FIELD = 10_000;

/** Documented in docs/alerts.md. */
export function fieldsOf(notice: Notice): object {
  const { title, lines } = noticeText(notice);
  const incidents = notice.incidents.map(incidentFields);
  const { kind, repeated } = notice;
  return {
    kind,
    title: shortenedTitle(title, LONGEST_FIELD),
    text: shortenedLines(lines, LONGEST_FIELD),
    repeated,
    page: notice.page,
    count: incidents.length,
    incidents,
    incident: incidents[0] ?? null,
  };
}

function incidentFields(incident: Incident): object {
  const { id, siteId, siteName, url, tags, kind, severity, state, flapping, cause, statusCode } = incident;
  return {
    id,
    siteId,
    site: siteName ?? shownUrl(url),
    url: shownUrl(url),
    tags,
    kind,
    severity,
    state,
    flapping,
    cause: cause === null ? null : shortened(cause.message, LONGEST_FIELD),
    causeCode: cause?.code ?? null,
    statusCode,
    since: instant(incident.sinceMs),
    openedAt: instant(incident.openedAtMs),
    goodSince: instant(incident.goodSinceMs),
    acknowledgedBy: incident.acknowledgedBy,
    resolvedBy: incident.resolvedBy,
  };
}

function instant(ms: number | null): string | null {
  return ms === null ? null : new Date(Math.round(ms)).toISOString();
}
