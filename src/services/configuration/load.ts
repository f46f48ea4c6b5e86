/**
 * Reads the configuration from its three sources, in this order of precedence: flags, environment, file. A wrong
 * value is one clear line naming the setting, its source and what is accepted.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse as parseYaml, YAMLParseError } from "yaml";
import type { ZodError } from "zod";
import {
  type Configuration,
  configurationSchema,
  environmentVariables,
} from "../../contract/configuration.ts";
import { messageOf, UsageError } from "../../contract/errors.ts";
import { interpolate } from "./interpolate.ts";

const DEFAULT_CONFIGURATION_FILE = "sitewire.yaml";

export interface ConfigurationSources {
  /** Values given on the command line by the dotted path of their setting; undefined ones were not given. */
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly environment: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
  /** A file that must exist; without it `sitewire.yaml` in the working directory is read where there is one. */
  readonly file?: string | undefined;
}

/** The complete configuration. Throws `UsageError` with one line for each wrong value. */
export function loadConfiguration(sources: ConfigurationSources): Configuration {
  const tree: Tree = {};
  const origins = new Map<string, string>();
  const fileName = sources.file ?? DEFAULT_CONFIGURATION_FILE;
  merge(tree, readFile(sources, fileName));
  for (const variable of environmentVariables.toReversed()) {
    const value = sources.environment[variable.name];
    if (value === undefined || value.trim() === "") continue;
    set(tree, variable.setting, value);
    origins.set(variable.setting, variable.name);
  }
  for (const [setting, value] of Object.entries(sources.flags)) {
    if (value === undefined) continue;
    set(tree, setting, value);
    origins.set(setting, "the command line");
  }
  const parsed = configurationSchema.safeParse(tree, { reportInput: true });
  if (!parsed.success) throw new UsageError(explain(parsed.error, origins, fileName));
  return parsed.data;
}

type Tree = Record<string, unknown>;

function readFile(sources: ConfigurationSources, fileName: string): Tree {
  let text: string;
  try {
    text = readFileSync(resolve(sources.workingDirectory, fileName), "utf8");
  } catch (error) {
    if (sources.file === undefined && error instanceof Error && "code" in error && error.code === "ENOENT")
      return {};
    throw new UsageError(`${fileName}: can't be read: ${messageOf(error)}`);
  }
  const document = parse(text, fileName);
  if (document === null || document === undefined) return {};
  if (!isTree(document)) throw new UsageError(`${fileName}: must hold settings by name, such as "sites:"`);
  const interpolated = Object.entries(document).map(([key, value]) => [
    key,
    interpolate(value, sources.environment, `${fileName}: ${key}`),
  ]);
  return Object.fromEntries(interpolated);
}

function parse(text: string, fileName: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new UsageError(`${fileName}: ${error.message.split("\n")[0]}`);
  }
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function merge(tree: Tree, values: Tree): void {
  Object.assign(tree, structuredClone(values));
}

function set(tree: Tree, setting: string, value: unknown): void {
  const names = setting.split(".");
  const last = names.pop();
  let branch = tree;
  for (const name of names) {
    const next = branch[name];
    const child = isTree(next) ? next : {};
    branch[name] = child;
    branch = child;
  }
  if (last !== undefined) branch[last] = value;
}

/** One line for each issue: setting, source, value (unless secret), what is accepted. */
function explain(error: ZodError, origins: ReadonlyMap<string, string>, fileName: string): string {
  const lines = error.issues.map((issue) => {
    const setting = issue.path.join(".");
    const source = origins.get(setting) ?? fileName;
    const given = describeValue(setting, issue.input);
    return `${setting === "" ? "configuration" : setting} (from ${source})${given}: ${issue.message}`;
  });
  return lines.join("\n");
}

const SECRET_PATTERN = /password|key|secret|token|url|authorization|body|headers|\bca\b|certificate/i;

function describeValue(setting: string, value: unknown): string {
  if (value === undefined || typeof value === "object" || SECRET_PATTERN.test(setting)) return "";
  return ` is ${JSON.stringify(String(value).slice(0, 100))}`;
}
