/** Reads the routes and rotations of a YAML or JSON file. */
import { resolve } from "node:path";
import { type RoutesAndRotations, storedRoutesSchema } from "../../../contract/alerting/stored-routes.ts";
import { UsageError } from "../../../contract/errors.ts";
import { parseSettings } from "../../../services/configuration/parse-settings.ts";
import { readYamlFile } from "../../../services/configuration/yaml-file.ts";
import type { AppContext } from "../invocation.ts";

/** Throws `UsageError`, which names each wrong field. */
export function readRoutesFile({ invocation }: AppContext, file: string): RoutesAndRotations {
  const { environment, workingDirectory } = invocation;
  const read = readYamlFile({ path: resolve(workingDirectory, file), name: file, environment });
  if (read === null) throw new UsageError(`${file}: there is no such file`);
  const { value, interpolated, secrets } = read;
  return parseSettings(storedRoutesSchema, value, { interpolated, secrets, sourceOf: () => file });
}
