/** Parses expected status codes such as `200-299,401`. */

/** Returns a predicate on status codes. Throws `RangeError` that names the invalid part. */
export function parseStatusRanges(text: string): (statusCode: number) => boolean {
  const ranges = text.split(",").map(parseRange);
  return (statusCode) => ranges.some(([first, last]) => statusCode >= first && statusCode <= last);
}

function parseRange(part: string): readonly [number, number] {
  const match = /^\s*(\d{3})\s*(?:-\s*(\d{3}))?\s*$/.exec(part);
  const first = Number(match?.[1]);
  const last = match?.[2] === undefined ? first : Number(match[2]);
  if (match === null || first < 100 || last > 999 || first > last) {
    throw new RangeError(`"${part.trim()}" is neither a status code nor a range such as 200-399`);
  }
  return [first, last];
}
