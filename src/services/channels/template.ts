/**
 * Own words for a channel, as Liquid templates. A template is bounded in time and memory, and reads no files. It is tried
 * at start, so that a wrong one is refused then and not at night.
 */
import { Liquid, type Template } from "liquidjs";
import { messageOf, UsageError } from "../../contract/errors.ts";
import { exampleNotice } from "../../core/alerting/wording/example-notice.ts";
import type { Notice } from "../../core/alerting/wording/notice.ts";
import { noticeText } from "../../core/alerting/wording/notice-text.ts";
import { oneLine } from "../../core/alerting/wording/notice-words.ts";
import { fieldsOf } from "./template-fields.ts";
import type { WordsOf } from "./words.ts";

interface TemplateSettings {
  readonly title?: string | undefined;
  readonly text?: string | undefined;
}

const LONGEST_RENDER_MS = 200;
/** Counted by the engine: characters and elements that a template makes. */
const MOST_MEMORY = 1_000_000;
const LONGEST_OUTPUT = 100_000;

/** Renders a notice; null when the template fails or renders nothing. */
export type Rendering = (notice: Notice) => string | null;

export interface TemplateOptions {
  /** Names the template in errors. */
  readonly field: string;
  readonly source: string;
  /** What is wrong with a rendered text; null when nothing is. */
  readonly problemOf?: (rendered: string) => string | null;
}

/** Throws `UsageError`, which begins with the field, for a template that cannot be read or names what is not there. */
export function compileTemplate({ field, source, problemOf = () => null }: TemplateOptions): Rendering {
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
  const render = (parsed: readonly Template[], notice: Notice): string => {
    const rendered = String(engine.renderSync([...parsed], fieldsOf(notice)));
    const problem = problemOf(rendered);
    if (problem !== null) throw new Error(problem);
    return rendered.trim();
  };
  const parsed = tried(() => {
    const template = engine.parse(source);
    for (const kind of ["opened", "resolved"] as const) render(template, exampleNotice(kind));
    return template;
  }, field);
  return (notice) => {
    try {
      const rendered = render(parsed, notice);
      return rendered === "" ? null : rendered;
    } catch {
      // The standard words reach somebody; an error reaches nobody.
      return null;
    }
  };
}

function tried<T>(compile: () => T, field: string): T {
  try {
    return compile();
  } catch (error) {
    throw new UsageError(`${field}: ${messageOf(error)}`);
  }
}

/** The words of a channel with own ones. Throws `UsageError` as `compileTemplate` does. */
export function templateWords(settings: TemplateSettings | undefined): WordsOf {
  if (settings === undefined) return noticeText;
  const compiled = (field: "title" | "text"): Rendering => {
    const source = settings[field];
    return source === undefined ? () => null : compileTemplate({ field: `template.${field}`, source });
  };
  const [title, text] = [compiled("title"), compiled("text")];
  return (notice) => {
    const standard = noticeText(notice);
    const ownTitle = oneLine(title(notice) ?? "").trim();
    return {
      title: ownTitle === "" ? standard.title : markedAsRepeated(ownTitle, notice),
      lines: text(notice)?.slice(0, LONGEST_OUTPUT).split(/\r?\n/).map(oneLine) ?? standard.lines,
    };
  };
}

function markedAsRepeated(title: string, { repeated }: Notice): string {
  return repeated ? `(repeated) ${title}` : title;
}
