/** The sites of a YAML or JSON file: a list of sites, or a `sitewire.yaml`. */
import { resolve } from "node:path";
import { z } from "zod";
import { siteEntrySchema } from "../../contract/configuration.ts";
import { UsageError } from "../../contract/errors.ts";
import type { Site } from "../../contract/site.ts";
import { refuseSameIds, siteOfEntry } from "../../core/sites/named-sites.ts";
import { readYamlFile } from "../../services/configuration/yaml-file.ts";
import type { AppContext } from "./invocation.ts";

const fileSchema = z.union([z.array(siteEntrySchema), z.looseObject({ sites: z.array(siteEntrySchema) })]);

/** Throws `UsageError` naming the site and field that is wrong. */
export function readSitesFile({ invocation }: AppContext, file: string): readonly Site[] {
  const { environment, workingDirectory } = invocation;
  const value = readYamlFile({ path: resolve(workingDirectory, file), name: file, environment });
  if (value === undefined) throw new UsageError(`${file}: there is no such file`);
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) {
    throw new UsageError(`${file}: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}`);
  }
  const entries = Array.isArray(parsed.data) ? parsed.data : parsed.data.sites;
  const sites = entries.map((entry, index) => siteOfEntry(entry, `${file}: site ${index + 1}`));
  return refuseSameIds(sites, file);
}
