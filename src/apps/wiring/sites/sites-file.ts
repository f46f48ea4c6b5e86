/** Reads the sites of a YAML or JSON file, which is either a list of sites or a `sitewire.yaml`. */
import { resolve } from "node:path";
import { z } from "zod";
import type { Site } from "../../../contract/checks/site.ts";
import { UsageError } from "../../../contract/errors.ts";
import { siteEntrySchema } from "../../../contract/settings/configuration.ts";
import { refuseSameIds, siteOfEntry } from "../../../core/sites/named-sites.ts";
import { parseSettings } from "../../../services/configuration/parse-settings.ts";
import { readYamlFile } from "../../../services/configuration/yaml-file.ts";
import type { AppContext } from "../invocation.ts";

const listSchema = z.array(siteEntrySchema);
const fileSchema = z.looseObject({ sites: listSchema });

/** Throws `UsageError`, which names the site and the invalid field. */
export function readSitesFile({ invocation }: AppContext, file: string): readonly Site[] {
  const { environment, workingDirectory } = invocation;
  const read = readYamlFile({ path: resolve(workingDirectory, file), name: file, environment });
  if (read === null) throw new UsageError(`${file}: there is no such file`);
  const { value, interpolated, secrets } = read;
  const source = { interpolated, secrets, sourceOf: () => file };
  const isList = Array.isArray(value);
  const entries = isList
    ? parseSettings(listSchema, value, source)
    : parseSettings(fileSchema, value, source).sites;
  const sites = entries.map((entry, index) =>
    siteOfEntry(entry, `${file}: ${isList ? "" : "sites"}[${index}]`),
  );
  return refuseSameIds(sites, file);
}
