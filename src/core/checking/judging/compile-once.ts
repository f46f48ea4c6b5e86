/** Compiles each distinct text once, for all sites that share it, and keeps the most recently used results. */

/** Throws what `compile` throws; a failure is not kept. */
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
