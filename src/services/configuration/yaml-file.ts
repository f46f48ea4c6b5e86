/** The one reader of YAML files (JSON is YAML): read, parsed, and with the environment's variables put in. */
import { readFileSync } from "node:fs";
import { parseDocument, YAMLParseError } from "yaml";
import { messageOf, UsageError } from "../../contract/errors.ts";
import { interpolate } from "./interpolate.ts";

export interface YamlFile {
  readonly path: string;
  /** As a person named the file; errors begin with it. */
  readonly name: string;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * The file's value; undefined where there is no such file. Throws `UsageError`, in one line, for a file that can't be
 * read, for anything that is wrong in it, and for a variable that is not set.
 */
export function readYamlFile(file: YamlFile): unknown {
  const text = readText(file);
  if (text === undefined) return undefined;
  try {
    return interpolate(parseYaml(text), file.environment, file.name);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${file.name}: ${reasonOf(error)}`);
  }
}

function readText({ path, name }: YamlFile): string | undefined {
  try {
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
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
  return error instanceof YAMLParseError ? line.replace(/:$/, "") : line;
}
