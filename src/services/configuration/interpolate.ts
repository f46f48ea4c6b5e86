/** Replaces `${NAME}` and `${NAME:-default}` in the texts of a YAML file; `$${` is an escaped `${`. */
import { UsageError } from "../../contract/errors.ts";
import { formatPath } from "../../contract/problems.ts";

const REFERENCE_PATTERN = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

type Path = readonly (string | number)[];

/**
 * Returns the value with every reference replaced. The file is parsed first, so a variable's value cannot inject YAML.
 * Calls `onReplaced` with the path of each text that contained a reference. Throws `UsageError` for a variable that is
 * not set and has no default.
 */
export function interpolate(
  value: unknown,
  environment: NodeJS.ProcessEnv,
  onReplaced: (path: Path) => void,
  path: Path = [],
): unknown {
  if (typeof value === "string") {
    const text = interpolateText(value, environment, path);
    if (text !== value) onReplaced(path);
    return text;
  }
  if (Array.isArray(value)) {
    return value.map((entry, index) => interpolate(entry, environment, onReplaced, [...path, index]));
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, entry]) => [
      key,
      interpolate(entry, environment, onReplaced, [...path, key]),
    ]);
    return Object.fromEntries(entries);
  }
  return value;
}

function interpolateText(text: string, environment: NodeJS.ProcessEnv, path: Path): string {
  return text.replaceAll(REFERENCE_PATTERN, (reference, name?: string, fallback?: string) => {
    if (name === undefined) return "${";
    const value = environment[name] ?? fallback;
    if (value === undefined) {
      throw new UsageError(
        `${formatPath(path)}: the environment variable ${name} is not set; set it or write ${reference.slice(0, -1)}:-default}`,
      );
    }
    return value;
  });
}
