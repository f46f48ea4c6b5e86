/** Months and days in the viewer's time zone. */

/** `2026-11`. */
export type MonthName = string;

export function monthNameOf(at: Date): MonthName {
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}`;
}

export function monthAfter(month: MonthName, months: number): MonthName {
  const first = firstOf(month);
  return monthNameOf(new Date(first.getFullYear(), first.getMonth() + months, 1));
}

export function firstOf(month: MonthName): Date {
  const [year = 1970, number = 1] = month.split("-").map(Number);
  return new Date(year, number - 1, 1);
}

/** The midnights of the weeks (from Monday) that the month touches, and the one that ends them. */
export function daysAround(month: MonthName): readonly Date[] {
  const first = firstOf(month);
  const before = (first.getDay() + 6) % 7;
  const last = new Date(first.getFullYear(), first.getMonth() + 1, 0).getDate();
  const weeks = Math.ceil((before + last) / 7);
  return Array.from(
    { length: weeks * 7 + 1 },
    (_, index) => new Date(first.getFullYear(), first.getMonth(), 1 - before + index),
  );
}

/** Local time as an input of type `datetime-local` takes it, to the minute. */
export function localText(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Reads `month` of an address; undefined for what is no month. */
export function parseMonthSearch({ month }: Readonly<Record<string, unknown>>): {
  readonly month?: MonthName;
} {
  return typeof month === "string" && /^\d{4}-(0[1-9]|1[0-2])$/.test(month) ? { month } : {};
}
