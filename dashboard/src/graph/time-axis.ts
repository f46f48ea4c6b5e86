/** Labels of the axis of time, in the reader's language and zone: times within a day, days within a year. */

const DAY_SECONDS = 86_400;

/** Labels for `splits` (seconds since 1970) that lie `stepSeconds` apart. */
export function timeLabels(
  splits: readonly number[],
  stepSeconds: number,
  locale: string,
  timeZone?: string,
): readonly string[] {
  const zone = timeZone === undefined ? {} : { timeZone };
  const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", ...zone });
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", ...zone });
  const month = new Intl.DateTimeFormat(locale, { month: "short", year: "numeric", ...zone });
  let lastDay = "";
  return splits.map((seconds) => {
    const instant = new Date(seconds * 1000);
    if (stepSeconds >= 28 * DAY_SECONDS) return month.format(instant);
    const dayText = day.format(instant);
    if (stepSeconds >= DAY_SECONDS) return dayText;
    // The first label of each further day names the day: a time alone would be ambiguous.
    const isNewDay = lastDay !== "" && lastDay !== dayText;
    lastDay = dayText;
    return isNewDay ? dayText : time.format(instant);
  });
}
