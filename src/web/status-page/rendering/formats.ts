/** Formats by locale. One costs more to make than to use, and a page of 100 sites has hundreds of numbers. */

export const listFormat = remembered(
  (locale) => new Intl.ListFormat(locale, { style: "long", type: "conjunction" }),
);

/** The day of a UTC instant, such as "3 November". */
export const dayFormat = remembered(
  (locale) => new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", timeZone: "UTC" }),
);

const percentFormats = [0, 1, 2, 3, 4].map((digits) =>
  remembered(
    (locale) =>
      new Intl.NumberFormat(locale, {
        style: "percent",
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }),
  ),
);

/** `share` as a percentage with so many digits, 0 to 4, behind the point. */
export function formatPercent(share: number, digits: number, locale: string): string {
  const format = percentFormats[digits];
  if (format === undefined) throw new RangeError(`a percentage has no ${digits} digits`);
  return format(locale).format(share);
}

function remembered<Format>(make: (locale: string) => Format): (locale: string) => Format {
  const formats = new Map<string, Format>();
  return (locale) => {
    const known = formats.get(locale);
    if (known !== undefined) return known;
    const made = make(locale);
    formats.set(locale, made);
    return made;
  };
}
