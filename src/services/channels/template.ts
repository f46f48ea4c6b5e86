/**
 * Own words for a channel, as Liquid templates. A template is bounded in time and memory, and reads no files. It is tried
 * at start, so that a wrong one is refused then and not at night.
 */
import { Liquid, type Template } from "liquidjs";
import { messageOf, UsageError } from "../../contract/errors.ts";
import { shownUrl } from "../../contract/shown-url.ts";
import { exampleNotice } from "../../core/alerting/example-notice.ts";
import type { Notice } from "../../core/alerting/notice.ts";
import { noticeText } from "../../core/alerting/notice-text.ts";
import { oneLine } from "../../core/alerting/notice-words.ts";
import type { Incident } from "../../core/incidents/ports.ts";
import type { WordsOf } from "./words.ts";

interface TemplateSettings {
  readonly title?: string | undefined;
  readonly text?: string | undefined;
}

const LONGEST_RENDER_MS = 200;
/** Counted by the engine: characters and elements that a template makes. */
const MOST_MEMORY = 1_000_000;
const LONGEST_OUTPUT = 100_000;

/** Throws `UsageError`, which begins with the field, for a template that can't be read or names what is not there. */
export function templateWords(settings: TemplateSettings | undefined): WordsOf {
  if (settings === undefined) return noticeText;
  const engine = new Liquid({
    // In place of the file system: nothing can be included.
    templates: {},
    strictFilters: true,
    strictVariables: true,
    lenientIf: true,
    ownPropertyOnly: true,
    renderLimit: LONGEST_RENDER_MS,
    memoryLimit: MOST_MEMORY,
  });
  const render = (parsed: readonly Template[], fields: object): string =>
    String(engine.renderSync([...parsed], fields)).slice(0, LONGEST_OUTPUT);
  const compiled = (field: "title" | "text"): readonly Template[] | null => {
    const source = settings[field];
    if (source === undefined) return null;
    try {
      const parsed = engine.parse(source);
      for (const kind of ["opened", "resolved"] as const) render(parsed, fieldsOf(exampleNotice(kind)));
      return parsed;
    } catch (error) {
      throw new UsageError(`template.${field}: ${messageOf(error)}`);
    }
  };
  const title = compiled("title");
  const text = compiled("text");
  return (notice) => {
    const standard = noticeText(notice);
    const fields = fieldsOf(notice);
    const rendered = (parsed: readonly Template[] | null): string | null => {
      try {
        return parsed === null ? null : render(parsed, fields);
      } catch {
        // The standard words reach somebody; an error reaches nobody.
        return null;
      }
    };
    const ownTitle = oneLine(rendered(title) ?? "").trim();
    const ownText = rendered(text)?.trim() ?? "";
    return {
      title: ownTitle === "" ? standard.title : markedAsRepeated(ownTitle, notice),
      lines: ownText === "" ? standard.lines : ownText.split(/\r?\n/).map(oneLine),
    };
  };
}

function markedAsRepeated(title: string, { repeated }: Notice): string {
  return repeated ? `(repeated) ${title}` : title;
}

/** What a template may name; documented in docs/alerts.md. */
function fieldsOf(notice: Notice): object {
  const { title, lines } = noticeText(notice);
  const incidents = notice.incidents.map(incidentFields);
  const { kind, repeated } = notice;
  return {
    kind,
    title,
    text: lines.join("\n"),
    repeated,
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
    cause: cause?.message ?? null,
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
