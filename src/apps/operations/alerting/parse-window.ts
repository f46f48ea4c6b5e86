/** Parses a maintenance window from command-line options. */

import {
  type MaintenanceWindow,
  maintenanceWindowSchema,
} from "../../../contract/alerting/maintenance-window.ts";
import { UsageError } from "../../../contract/errors.ts";

/** Throws `UsageError`, which names each invalid field, its value and the accepted format. */
export function parseWindow(given: Readonly<Record<string, unknown>>): MaintenanceWindow {
  const parsed = maintenanceWindowSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => {
    const [field] = path;
    return `${path.join(".")} is ${JSON.stringify(given[String(field)])}: ${message}`;
  });
  throw new UsageError(problems.join("\n"));
}
