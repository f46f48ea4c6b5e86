/** Instants in select lists. */

/** Selects an instant as milliseconds since the epoch, a number, under a name. */
export function millisecondsOf(instant: string, name: string): string {
  return `(extract(epoch FROM ${instant}) * 1000)::double precision AS "${name}"`;
}
