/** The one reader of YAML files (JSON is YAML): read, parsed, and with the environment's variables put in. */
import { readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { messageOf, UsageError } from "../../contract/errors.ts";
import { formatPath } from "../../contract/problems.ts";
import { interpolate } from "./interpolate.ts";

export interface YamlSource {
  readonly path: string;
  /** As a person named the file; errors begin with it. */
  readonly name: string;
  readonly environment: NodeJS.ProcessEnv;
}

export interface YamlFile {
  readonly value: unknown;
  /** Paths of the texts that held a variable, as `formatPath` writes them: they may stand for numbers and booleans. */
  readonly interpolated: ReadonlySet<string>;
}

/**
 * The file's value; null where there is no such file. Throws `UsageError`, in one line, for a file that can't be read,
 * for anything that is wrong in it, and for a variable that is not set.
 */
export function readYamlFile(source: YamlSource): YamlFile | null {
  const text = readText(source);
  if (text === null) return null;
  const interpolated = new Set<string>();
  try {
    const value = interpolate(parseYaml(text), source.environment, (path) =>
      interpolated.add(formatPath(path)),
    );
    return { value, interpolated };
  } catch (error) {
    throw new UsageError(`${source.name}: ${reasonOf(error)}`);
  }
}

function readText({ path, name }: YamlSource): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new UsageError(`${name}: can't be read: ${messageOf(error)}`);
  }
}

/** `<<` merges, as files written for YAML 1.1 expect. Throws whatever the library throws. */
function parseYaml(text: string): unknown {
  const document = parseDocument(text, { merge: true, logLevel: "error" });
  const [problem] = document.errors;
  if (problem !== undefined) throw problem;
  return document.toJS();
}

/** The library throws errors of several kinds, and recursion that is too deep throws one of the engine's. */
function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return "is nested too deeply, or an alias refers to itself";
  const [line = ""] = messageOf(error).split("\n");
  return line.replace(/:$/, "");
}
