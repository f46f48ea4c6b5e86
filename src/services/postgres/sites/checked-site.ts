/** Which sites of the table somebody checks. */

/** A condition on the row `alias` of the table `sites`. A site that is known by its results only counts as checked. */
export function isChecked(alias: string): string {
  return `${alias}.enabled AND (${alias}.in_schedule OR ${alias}.watched_at IS NOT NULL OR ${alias}.source = 'observed')`;
}
