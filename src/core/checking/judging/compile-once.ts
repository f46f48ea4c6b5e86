/** A least-recently-used cache of compiled patterns and paths, shared by all sites. */

/** Wraps `compile` with a cache of `limit` results. The wrapper throws what `compile` throws; failures are not cached. */
export function compileOnce<T>(compile: (source: string) => T, limit: number): (source: string) => T {
  const kept = new Map<string, T>();
  return (source) => {
    const known = kept.get(source);
    const compiled = known ?? compile(source);
    // A Map lists its keys in order of insertion: the first is the least recently used.
    kept.delete(source);
    kept.set(source, compiled);
    if (kept.size > limit) {
      const [oldest] = kept.keys();
      if (oldest !== undefined) kept.delete(oldest);
    }
    return compiled;
  };
}
