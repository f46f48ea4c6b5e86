/**
 * Reads the configuration from three sources, in order of precedence: flags, environment, file. Each wrong value is
 * reported as one line that names the setting, its source and what is accepted.
 */
import { resolve } from "node:path";
import { UsageError } from "../../contract/errors.ts";
import { formatPath } from "../../contract/problems.ts";
import { type Configuration, configurationSchema } from "../../contract/settings/configuration.ts";
import { environmentSettings } from "./environment.ts";
import { parseSettings } from "./parse-settings.ts";
import { readYamlFile, type YamlFile } from "./yaml-file.ts";

const DEFAULT_CONFIGURATION_FILE = "sitewire.yaml";

export interface ConfigurationSources {
  /** Values of the command line by the dotted path of their setting; undefined means not given. */
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly environment: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
  /** A file that must exist. When omitted, `sitewire.yaml` in the working directory is read if it exists. */
  readonly file?: string | undefined;
}

/** Returns the complete configuration. Throws `UsageError` with one line per wrong value. */
export function loadConfiguration(sources: ConfigurationSources): Configuration {
  const origins = new Map<string, string>();
  const fileName = sources.file ?? DEFAULT_CONFIGURATION_FILE;
  const { tree, interpolated, secrets } = readFile(sources, fileName);
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
    // A variable replaces what the file says.
    secrets: new Set([...secrets].filter((setting) => !origins.has(setting))),
    sourceOf: (path) => {
      const setting = formatPath(path);
      // An entry of a list comes from the variable that set the list.
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
): { readonly tree: Tree } & Pick<YamlFile, "interpolated" | "secrets"> {
  const file = readYamlFile({ path: resolve(workingDirectory, name), name, environment });
  if (file === null && asked !== undefined) {
    throw new UsageError(`${name}: cannot be read: there is no such file`);
  }
  if (file === null || file.value === null || file.value === undefined) {
    return { tree: {}, interpolated: new Set(), secrets: new Set() };
  }
  if (!isTree(file.value)) throw new UsageError(`${name}: must contain settings by name, such as "sites:"`);
  return { tree: file.value, interpolated: file.interpolated, secrets: file.secrets };
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
