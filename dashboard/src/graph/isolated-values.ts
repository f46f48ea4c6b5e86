/** Values without a neighbour: no line reaches them, so they are drawn as points. */

/** Returns the indexes of values that have none beside them, such as the only hour of a new site. */
export function isolatedIndexes(values: ArrayLike<number | null | undefined>): number[] {
  const isThere = (index: number): boolean => (values[index] ?? null) !== null;
  return Array.from({ length: values.length }, (_, index) => index).filter(
    (index) => isThere(index) && !isThere(index - 1) && !isThere(index + 1),
  );
}
