/** What `sitewire doctor` finds of the embedded database. Changes nothing there. */
import type { Finding } from "../../core/diagnosis/finding.ts";

export async function diagnoseEmbedded(_options: { readonly folder: string }): Promise<readonly Finding[]> {
  return [];
}
