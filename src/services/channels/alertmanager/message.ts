/**
 * Incidents as alerts of a Prometheus Alertmanager, all of a notice in one request.
 * https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 */
import type { AlertmanagerSettings } from "../../../contract/alerting/channels/paging-settings.ts";
import { shownUrl } from "../../../contract/checks/shown-url.ts";
import { DAY_MS } from "../../../contract/duration.ts";
import type { Notice } from "../../../core/alerting/wording/notice.ts";
import type { Incident } from "../../../core/incidents/ports.ts";
import type { ChannelRequest } from "../http-channel.ts";
import { below, jsonRequest } from "../json-request.ts";
import { shortened, shortenedLines, shortenedTitle } from "../shortened.ts";
import { singleNotices, type WordsOf } from "../words.ts";

/** Alertmanager ends an alert that nobody repeats after five minutes, unless it says itself how long it lasts. */
const UNTIL_TOLD_OTHERWISE_MS = 365 * DAY_MS;
const TEST_LASTS_MS = 60_000;
const LONGEST_LABEL = 1000;
const LONGEST_TEXT = 8000;

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
}

export function alertmanagerRequest(
  settings: AlertmanagerSettings,
  notice: Notice,
  wordsOf: WordsOf,
  nowMs: number,
): ChannelRequest {
  const { url, user, password, labels } = settings;
  const alerts =
    notice.kind === "test"
      ? [testAlert(notice, wordsOf, nowMs)]
      : singleNotices(notice).flatMap((single) => alertsOf(single, wordsOf, nowMs));
  const named = alerts.map((alert) => ({ ...alert, labels: { ...labels, ...alert.labels } }));
  const credentials = Buffer.from(`${user}:${password ?? ""}`).toString("base64");
  return jsonRequest(
    below(url, "api/v2/alerts"),
    named,
    user === undefined ? {} : { authorization: `Basic ${credentials}` },
  );
}

/** Labels name an alert, also its severity: so an incident that worsened ends its alert of the lower one. */
function alertsOf(notice: Notice, wordsOf: WordsOf, nowMs: number): readonly Alert[] {
  const { kind } = notice;
  return notice.incidents.flatMap((incident) => {
    const endsMs = kind === "resolved" ? (incident.goodSinceMs ?? incident.resolvedAtMs ?? nowMs) : null;
    const alert = (severity: "warning" | "critical", until: number): Alert => ({
      labels: labelsOf(incident, severity),
      ...annotated(notice, wordsOf),
      startsAt: instant(incident.sinceMs),
      // An alert can't end before it began.
      endsAt: instant(Math.max(incident.sinceMs + 1, until)),
      ...(URL.canParse(incident.url) ? { generatorURL: shownUrl(incident.url) } : {}),
    });
    const now = endsMs ?? nowMs + UNTIL_TOLD_OTHERWISE_MS;
    if (incident.severity === "degraded") return [alert("warning", now)];
    const current = alert("critical", now);
    const hadLower = kind === "worsened" || kind === "resolved";
    return hadLower ? [alert("warning", endsMs ?? nowMs), current] : [current];
  });
}

function labelsOf(incident: Incident, severity: string): Readonly<Record<string, string>> {
  const { id, kind, siteName, url, tags } = incident;
  return {
    alertname: kind === "not_observed" ? "SiteNotObserved" : "SiteDown",
    severity,
    site: shortened(siteName ?? shownUrl(url), LONGEST_LABEL),
    instance: shortened(shownUrl(url), LONGEST_LABEL),
    incident: id,
    // An empty label is the same as none.
    ...(tags.length === 0 ? {} : { tags: shortened(tags.join(","), LONGEST_LABEL) }),
  };
}

function testAlert(notice: Notice, wordsOf: WordsOf, nowMs: number): Alert {
  return {
    labels: { alertname: "SitewireTest", severity: "none" },
    ...annotated(notice, wordsOf),
    startsAt: instant(nowMs),
    endsAt: instant(nowMs + TEST_LASTS_MS),
  };
}

function annotated(notice: Notice, wordsOf: WordsOf): Pick<Alert, "annotations"> {
  const { title, lines } = wordsOf(notice);
  return {
    annotations: {
      summary: shortenedTitle(title, LONGEST_LABEL),
      description: shortenedLines(lines, LONGEST_TEXT),
    },
  };
}

function instant(ms: number): string {
  return new Date(Math.round(ms)).toISOString();
}
