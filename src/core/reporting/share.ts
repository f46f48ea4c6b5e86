/** Rounded down to a millionth, so that only a whole is shown as 1. Null of none. */
export function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.floor((part / whole) * 1_000_000) / 1_000_000;
}
