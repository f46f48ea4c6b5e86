/** Reads and parses YAML files (JSON is YAML), and replaces environment variables and secrets of files in them. */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseDocument } from "yaml";
import { messageOf, UsageError } from "../../contract/errors.ts";
import { formatPath } from "../../contract/problems.ts";
import { interpolate } from "./interpolate.ts";

export interface YamlSource {
  readonly path: string;
  /** The file's name as the user wrote it; errors begin with it. */
  readonly name: string;
  readonly environment: NodeJS.ProcessEnv;
}

export interface YamlFile {
  readonly value: unknown;
  /** Paths of texts that contained a variable, as formatted by `formatPath`; they may represent numbers and booleans. */
  readonly interpolated: ReadonlySet<string>;
  /** Paths of texts that contained a secret of a file: their values are never shown. */
  readonly secrets: ReadonlySet<string>;
}

/**
 * Returns the file's value; null when there is no such file. Throws `UsageError` with one line for an unreadable or
 * invalid file, for a variable that is not set, and for a file without a secret.
 */
export function readYamlFile(source: YamlSource): YamlFile | null {
  const text = readText(source);
  if (text === null) return null;
  const interpolated = new Set<string>();
  const secrets = new Set<string>();
  try {
    const value = interpolate(parseYaml(text), {
      environment: source.environment,
      folder: dirname(source.path),
      onReplaced(path, isSecret) {
        interpolated.add(formatPath(path));
        if (isSecret) secrets.add(formatPath(path));
      },
    });
    return { value, interpolated, secrets };
  } catch (error) {
    throw new UsageError(`${source.name}: ${reasonOf(error)}`);
  }
}

function readText({ path, name }: YamlSource): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new UsageError(`${name}: cannot be read: ${messageOf(error)}`);
  }
}

/** Supports `<<` merge keys of YAML 1.1. Throws what the library throws. */
function parseYaml(text: string): unknown {
  const document = parseDocument(text, { merge: true, logLevel: "error" });
  const [problem] = document.errors;
  if (problem !== undefined) throw problem;
  return document.toJS();
}

/** Describes the library's several error types, and the engine's error for too deep recursion. */
function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return "is nested too deeply, or an alias refers to itself";
  const [line = ""] = messageOf(error).split("\n");
  return line.replace(/:$/, "");
}
