/** What `sitewire doctor` finds of a PostgreSQL server. Changes nothing there. */
import type { PostgresSettings } from "../../contract/connection-settings.ts";
import type { Finding } from "../../core/diagnosis/finding.ts";

export async function diagnosePostgres(_settings: PostgresSettings): Promise<readonly Finding[]> {
  return [];
}
