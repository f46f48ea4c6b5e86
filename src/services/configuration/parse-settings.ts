/**
 * Parses settings with a schema. Texts from variables may represent numbers and booleans. Errors use the names that users
 * write.
 */
import type { z } from "zod";
import { shownUrl } from "../../contract/checks/shown-url.ts";
import { UsageError } from "../../contract/errors.ts";
import { formatPath, type Problem, problemsOf } from "../../contract/problems.ts";

export interface SettingsSource {
  /** Paths of texts that contained a variable. */
  readonly interpolated: ReadonlySet<string>;
  /** Paths of texts that contained a secret of a file. */
  readonly secrets: ReadonlySet<string>;
  /** The source of the value at a path: a file, a variable, the command line. */
  readonly sourceOf: (path: readonly PropertyKey[]) => string;
}

/** Throws `UsageError` with one line per wrong value: setting, source, value unless secret, what is accepted. */
export function parseSettings<S extends z.ZodType>(
  schema: S,
  value: unknown,
  source: SettingsSource,
): z.output<S> {
  const first = schema.safeParse(value, { reportInput: true });
  if (first.success) return first.data;
  const converted = withConverted(value, problemsOf(first.error), source.interpolated);
  const second = converted === null ? first : schema.safeParse(converted, { reportInput: true });
  if (second.success) return second.data;
  const lines = problemsOf(second.error).map((problem) => lineOf(problem, converted ?? value, source));
  throw new UsageError([...new Set(lines)].join("\n"));
}

/** Returns a copy in which texts of the wrong type are converted to numbers and booleans; null when there are none. */
function withConverted(
  value: unknown,
  problems: readonly Problem[],
  interpolated: ReadonlySet<string>,
): unknown {
  const wrong = problems.filter(
    ({ path, input }) => interpolated.has(formatPath(path)) && scalarOf(input) !== input,
  );
  if (wrong.length === 0) return null;
  const copy: unknown = structuredClone(value);
  for (const { path, input } of wrong) setAt(copy, path, scalarOf(input));
  return copy;
}

function scalarOf(input: unknown): unknown {
  if (typeof input !== "string") return input;
  const text = input.trim();
  if (text === "true" || text === "false") return text === "true";
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : input;
}

function setAt(tree: unknown, path: readonly PropertyKey[], value: unknown): void {
  const parent = valueAt(tree, path.slice(0, -1));
  const key = path.at(-1);
  if (typeof parent === "object" && parent !== null && key !== undefined) Reflect.set(parent, key, value);
}

function valueAt(tree: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (branch, key) =>
      typeof branch === "object" && branch !== null && Object.hasOwn(branch, key)
        ? Reflect.get(branch, key)
        : undefined,
    tree,
  );
}

function lineOf({ path, message, input }: Problem, value: unknown, source: SettingsSource): string {
  const setting = path.length === 0 ? "" : `${formatPath(path)}${siteLabel(path, value)} `;
  const found = source.secrets.has(formatPath(path)) ? "" : describeValue(path, input);
  return `${setting}(from ${source.sourceOf(path)})${found}: ${message}`;
}

/** Names the site that a path belongs to, by its name or its URL. */
function siteLabel(path: readonly PropertyKey[], value: unknown): string {
  const index = path.findIndex((part) => typeof part === "number");
  const inSites = index === 0 || (index === 1 && path[0] === "sites");
  if (!inSites) return "";
  const site = path.slice(0, index + 1);
  const name = [valueAt(value, [...site, "name"]), valueAt(value, [...site, "url"])].find(
    (text) => typeof text === "string" && text !== "",
  );
  return typeof name === "string" ? ` of ${shownUrl(name.slice(0, 200))}` : "";
}

const SECRET_PATTERN =
  /password|key|secret|token|authorization|body|headers|\bca\b|certificate|database\.url|^channels\.[^.]+\.urls?$/i;
const LONGEST_VALUE = 100;

function describeValue(path: readonly PropertyKey[], value: unknown): string {
  if (value === undefined || typeof value === "object" || SECRET_PATTERN.test(formatPath(path))) return "";
  return ` is ${JSON.stringify(shownUrl(String(value)).slice(0, LONGEST_VALUE))}`;
}
