/** The recurrence rules (RFC 5545) that the form can build, and reading them back. */

export const weekdayCodes = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;
type WeekdayCode = (typeof weekdayCodes)[number];
export const ordinals = ["1", "2", "3", "4", "-1"] as const;
export const frequencies = [
  "once",
  "daily",
  "weekly",
  "monthly by day",
  "monthly by weekday",
  "rule",
] as const;
type Frequency = (typeof frequencies)[number];

export interface Recurrence {
  readonly frequency: Frequency;
  /** Every so many days, weeks or months. */
  readonly every: number;
  /** Of a weekly rule. */
  readonly weekdays: readonly WeekdayCode[];
  /** Of a rule monthly by day: 1 to 31, or -1 for the last one. */
  readonly monthDay: number;
  /** Of a rule monthly by weekday: the first to the fourth, or the last, such weekday of the month. */
  readonly ordinal: (typeof ordinals)[number];
  readonly weekday: WeekdayCode;
  /** The last day, `2026-12-31`; null: it goes on. */
  readonly until: string | null;
  /** Number of occurrences; null: without an end. */
  readonly count: number | null;
  /** A rule that the form has no fields for. */
  readonly rule: string;
}

/** What a new rule starts from, by the window's first day. */
function recurrenceFrom(start: string): Recurrence {
  const day = new Date(`${start.slice(0, 10)}T00:00:00Z`);
  const weekday = weekdayCodes[(day.getUTCDay() + 6) % 7] ?? "MO";
  return {
    frequency: "once",
    every: 1,
    weekdays: [weekday],
    monthDay: Number(start.slice(8, 10)) || 1,
    ordinal: ordinals[Math.min(3, Math.floor(((Number(start.slice(8, 10)) || 1) - 1) / 7))] ?? "1",
    weekday,
    until: null,
    count: null,
    rule: "",
  };
}

/** Null for a window that takes place once. */
export function ruleOf(recurrence: Recurrence): string | null {
  const { frequency, every, weekdays, monthDay, ordinal, weekday, until, count, rule } = recurrence;
  if (frequency === "once") return null;
  if (frequency === "rule") return rule.trim();
  const parts = [`FREQ=${frequency === "daily" ? "DAILY" : frequency === "weekly" ? "WEEKLY" : "MONTHLY"}`];
  if (every > 1) parts.push(`INTERVAL=${every}`);
  if (frequency === "weekly" && weekdays.length > 0) parts.push(`BYDAY=${weekdays.join(",")}`);
  if (frequency === "monthly by day") parts.push(`BYMONTHDAY=${monthDay}`);
  if (frequency === "monthly by weekday") parts.push(`BYDAY=${ordinal}${weekday}`);
  // The rule is applied to local times written as UTC.
  if (until !== null) parts.push(`UNTIL=${until.replaceAll("-", "")}T235959Z`);
  else if (count !== null) parts.push(`COUNT=${count}`);
  return parts.join(";");
}

/** A rule that the form cannot show field by field is kept as it is written. */
export function recurrenceOf(rrule: string | null, start: string): Recurrence {
  const fresh = recurrenceFrom(start);
  if (rrule === null) return fresh;
  const read = readRule(rrule, fresh);
  return read !== null && ruleOf(read) === canonical(rrule)
    ? read
    : { ...fresh, frequency: "rule", rule: rrule };
}

function readRule(rrule: string, fresh: Recurrence): Recurrence | null {
  const parts = new Map(
    canonical(rrule)
      .split(";")
      .map((part) => [part.split("=")[0] ?? "", part.split("=")[1] ?? ""]),
  );
  const { FREQ, INTERVAL, BYDAY, BYMONTHDAY, UNTIL, COUNT } = Object.fromEntries(parts);
  const days = (BYDAY ?? "").split(",").filter((day) => day !== "");
  const ends = {
    every: Number(INTERVAL ?? 1),
    until: UNTIL === undefined ? null : UNTIL.replace(/^(\d{4})(\d\d)(\d\d).*$/, "$1-$2-$3"),
    count: COUNT === undefined ? null : Number(COUNT),
  };
  if (FREQ === "DAILY") return { ...fresh, ...ends, frequency: "daily" };
  if (FREQ === "WEEKLY") {
    return {
      ...fresh,
      ...ends,
      frequency: "weekly",
      weekdays: weekdayCodes.filter((day) => days.includes(day)),
    };
  }
  if (FREQ !== "MONTHLY") return null;
  if (BYMONTHDAY !== undefined) {
    return { ...fresh, ...ends, frequency: "monthly by day", monthDay: Number(BYMONTHDAY) };
  }
  const ordinal = ordinals.find((each) => days[0]?.startsWith(each));
  const weekday = weekdayCodes.find((each) => days[0]?.endsWith(each));
  if (ordinal === undefined || weekday === undefined) return null;
  return { ...fresh, ...ends, frequency: "monthly by weekday", ordinal, weekday };
}

/** In the order and the case in which `ruleOf` writes it. */
function canonical(rrule: string): string {
  const order = ["FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "UNTIL", "COUNT"];
  const placeOf = (part: string): number => {
    const place = order.indexOf(part.split("=")[0] ?? "");
    return place < 0 ? order.length : place;
  };
  const parts = rrule
    .replace(/^RRULE:/i, "")
    .toUpperCase()
    .split(";");
  return parts
    .map((part) => (part.startsWith("BYDAY=") ? `BYDAY=${inWeekOrder(part.slice(6))}` : part))
    .filter((part) => part !== "" && part !== "INTERVAL=1" && part !== "WKST=MO")
    .sort((one, other) => placeOf(one) - placeOf(other))
    .join(";");
}

function inWeekOrder(days: string): string {
  const listed = days.split(",");
  const plain = weekdayCodes.filter((day) => listed.includes(day));
  return plain.length === listed.length ? plain.join(",") : days;
}
