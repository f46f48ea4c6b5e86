/**
 * Reads the configuration from its three sources, in this order of precedence: flags, environment, file. A wrong
 * value is one clear line naming the setting, its source and what is accepted.
 */
import { resolve } from "node:path";
import { type Configuration, configurationSchema } from "../../contract/configuration.ts";
import { UsageError } from "../../contract/errors.ts";
import { formatPath } from "../../contract/problems.ts";
import { environmentSettings } from "./environment.ts";
import { parseSettings } from "./parse-settings.ts";
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
  const { tree, interpolated } = readFile(sources, fileName);
  const { environment, workingDirectory } = sources;
  for (const { setting, value, variable } of environmentSettings(environment, workingDirectory)) {
    set(tree, setting, value);
    origins.set(setting, variable);
  }
  for (const [setting, value] of Object.entries(sources.flags)) {
    if (value === undefined) continue;
    set(tree, setting, value);
    origins.set(setting, "the command line");
  }
  const given = [...origins].map(([setting, origin]) => ({ setting, origin }));
  return parseSettings(configurationSchema, tree, {
    interpolated: new Set([...interpolated, ...origins.keys()]),
    sourceOf: (path) => {
      const setting = formatPath(path);
      // A part of a list that a variable gave comes from that variable too.
      const from = given.find(
        (entry) => setting === entry.setting || setting.startsWith(`${entry.setting}[`),
      );
      return from?.origin ?? fileName;
    },
  });
}

type Tree = Record<string, unknown>;

function readFile(
  { workingDirectory, environment, file: asked }: ConfigurationSources,
  name: string,
): { readonly tree: Tree; readonly interpolated: ReadonlySet<string> } {
  const file = readYamlFile({ path: resolve(workingDirectory, name), name, environment });
  if (file === null && asked !== undefined) {
    throw new UsageError(`${name}: can't be read: there is no such file`);
  }
  if (file === null || file.value === null || file.value === undefined) {
    return { tree: {}, interpolated: new Set() };
  }
  if (!isTree(file.value)) throw new UsageError(`${name}: must hold settings by name, such as "sites:"`);
  return { tree: file.value, interpolated: file.interpolated };
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
