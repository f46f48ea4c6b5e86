/** How numbers, durations and instants are written, in the reader's language and time zone. */
export interface Format {
  number(value: number, digits?: number): string;
  /** A fraction as a percentage, rounded down so that 100 % means all. */
  percent(fraction: number, digits?: number): string;
  /** `312 ms`, `4.21 s`. */
  milliseconds(durationMs: number): string;
  /** Two units at most: `45s`, `12m`, `3h 20m`, `5d 4h`. */
  duration(durationMs: number): string;
  dateTime(instant: string | number | Date): string;
  time(instant: string | number | Date): string;
  /** Hours and minutes. */
  clock(instant: string | number | Date): string;
  day(instant: string | number | Date): string;
  /** A UTC day such as `2026-11-25`, which is the same day wherever the reader is. */
  utcDay(date: string): string;
  /** With the day of the week, to the minute, as the clocks of a time zone show it. */
  dateTimeIn(instant: string | number | Date, timeZone: string): string;
  /** `November 2026`. */
  month(instant: string | number | Date): string;
  /** `Wed 25 Nov`. */
  weekday(instant: string | number | Date): string;
  /** `2026-11-25 15:04:05 UTC`. */
  utc(instant: string | number | Date): string;
  bytes(sizeBytes: number): string;
}

const cached = new Map<string, Format>();

export function formatOf(language: string): Format {
  const known = cached.get(language);
  if (known) return known;
  const made = createFormat(language);
  cached.set(language, made);
  return made;
}

function createFormat(language: string): Format {
  const numbers = [0, 1, 2, 3].map(
    (digits) =>
      new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  );
  const number = (value: number, digits = 0) =>
    (numbers[digits] ?? numbers[0])?.format(value) ?? String(value);
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
  const time = new Intl.DateTimeFormat(language, { timeStyle: "medium" });
  const clock = new Intl.DateTimeFormat(language, { timeStyle: "short" });
  const day = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  const utcDay = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });
  const month = new Intl.DateTimeFormat(language, { month: "long", year: "numeric" });
  const weekday = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short" });
  return {
    number,
    percent(fraction, digits = 2) {
      const scale = 10 ** digits;
      const shown = Math.floor(fraction * 100 * scale + 1e-9) / scale;
      return shown === 100 || shown === 0 ? `${shown}%` : `${number(shown, digits)}%`;
    },
    milliseconds(durationMs) {
      if (durationMs < 9999.5) return `${number(durationMs)} ms`;
      return `${number(durationMs / 1000, 1)} s`;
    },
    duration,
    dateTime: (instant) => dateTime.format(new Date(instant)),
    time: (instant) => time.format(new Date(instant)),
    clock: (instant) => clock.format(new Date(instant)),
    day: (instant) => day.format(new Date(instant)),
    utcDay: (date) => utcDay.format(new Date(`${date}T00:00:00Z`)),
    dateTimeIn: (instant, timeZone) =>
      new Intl.DateTimeFormat(language, {
        weekday: "short",
        day: "numeric",
        month: "short",
        year: "numeric",
        hour: "2-digit",
        minute: "2-digit",
        timeZone,
      }).format(new Date(instant)),
    month: (instant) => month.format(new Date(instant)),
    weekday: (instant) => weekday.format(new Date(instant)),
    utc: (instant) => `${new Date(instant).toISOString().slice(0, 19).replace("T", " ")} UTC`,
    bytes(sizeBytes) {
      if (sizeBytes < 1000) return `${number(sizeBytes)} B`;
      if (sizeBytes < 1e6) return `${number(sizeBytes / 1e3, 1)} kB`;
      return `${number(sizeBytes / 1e6, 1)} MB`;
    },
  };
}

function duration(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours}h` : `${hours}h ${minutes % 60}m`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 || days > 13 ? `${days}d` : `${days}d ${hours % 24}h`;
}
