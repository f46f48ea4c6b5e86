/** Instants as the API writes them. */

export function instantOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

export function instantOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : instantOf(milliseconds);
}

/** Milliseconds since the epoch of an instant in a query; undefined when it is not given. */
export function millisecondsOf(instant: string | undefined): number | undefined {
  return instant === undefined ? undefined : Date.parse(instant);
}
