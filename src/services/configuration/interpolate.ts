/**
 * Replaces `${NAME}`, `${NAME:-default}` and `${file:PATH}` in the texts of a YAML file; `$${` is an escaped `${`.
 */
import { UsageError } from "../../contract/errors.ts";
import { formatPath } from "../../contract/problems.ts";
import { readSecretFile } from "./secret-file.ts";

const REFERENCE_PATTERN =
  /\$\$\{|\$\{file:(?<file>[^}]*)\}|\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<fallback>[^}]*))?\}/g;

type Path = readonly (string | number)[];

export interface Interpolation {
  readonly environment: NodeJS.ProcessEnv;
  /** Where the paths of files begin. */
  readonly folder: string;
  /** Called with the path of each text that contained a reference. `isSecret`: to a file. */
  readonly onReplaced: (path: Path, isSecret: boolean) => void;
}

/**
 * Returns the value with every reference replaced. The file is parsed first, so a variable's value cannot inject YAML.
 * Throws `UsageError` for a variable that is not set and has no default, and for a file that holds no secret.
 */
export function interpolate(value: unknown, interpolation: Interpolation, path: Path = []): unknown {
  if (typeof value === "string") return interpolateText(value, interpolation, path);
  if (Array.isArray(value)) {
    return value.map((entry, index) => interpolate(entry, interpolation, [...path, index]));
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, entry]) => [
      key,
      interpolate(entry, interpolation, [...path, key]),
    ]);
    return Object.fromEntries(entries);
  }
  return value;
}

function interpolateText(
  text: string,
  { environment, folder, onReplaced }: Interpolation,
  path: Path,
): string {
  let isSecret = false;
  const replaced = text.replaceAll(REFERENCE_PATTERN, (reference, ...found: unknown[]) => {
    const { file, name, fallback } = groupsOf(found);
    if (file !== undefined) {
      isSecret = true;
      const setting = formatPath(path);
      if (file.trim() === "") throw new UsageError(`${setting}: ${reference} names no file: write its path`);
      return readSecretFile(setting, file, folder);
    }
    if (name === undefined) return "${";
    const value = environment[name] ?? fallback;
    if (value === undefined) {
      throw new UsageError(
        `${formatPath(path)}: the environment variable ${name} is not set; set it or write ${reference.slice(0, -1)}:-default}`,
      );
    }
    return value;
  });
  if (replaced !== text) onReplaced(path, isSecret);
  return replaced;
}

interface Groups {
  readonly file?: string;
  readonly name?: string;
  readonly fallback?: string;
}

/** The last argument of a replacer holds the named groups (ECMAScript, `GetSubstitution`). */
function groupsOf(replacerArguments: readonly unknown[]): Groups {
  const groups = replacerArguments.at(-1);
  return typeof groups === "object" && groups !== null ? groups : {};
}
