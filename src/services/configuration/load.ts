/**
 * Reads the configuration from its three sources, in this order of precedence: flags, environment, file. A wrong
 * value is one clear line naming the setting, its source and what is accepted.
 */
import { resolve } from "node:path";
import type { ZodError } from "zod";
import {
  type Configuration,
  configurationSchema,
  environmentVariables,
} from "../../contract/configuration.ts";
import { UsageError } from "../../contract/errors.ts";
import { readYamlFile } from "./yaml-file.ts";

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
  const origins = new Map<string, string>();
  const fileName = sources.file ?? DEFAULT_CONFIGURATION_FILE;
  const tree = readFile(sources, fileName);
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
  const { workingDirectory, environment } = sources;
  const value = readYamlFile({ path: resolve(workingDirectory, fileName), name: fileName, environment });
  if (value === undefined && sources.file !== undefined) {
    throw new UsageError(`${fileName}: can't be read: there is no such file`);
  }
  if (value === null || value === undefined) return {};
  if (!isTree(value)) throw new UsageError(`${fileName}: must hold settings by name, such as "sites:"`);
  return value;
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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
