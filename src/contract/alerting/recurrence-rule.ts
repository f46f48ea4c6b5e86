/**
 * Checks a recurrence rule (RFC 5545, section 3.3.10). The library that computes the dates ignores what it does not know
 * and numbers out of range: a window would then recur at other times than its author wrote.
 */

const DAYS = "MO|TU|WE|TH|FR|SA|SU";
const FREQUENCIES = ["SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"] as const;
/** The library goes through a counted series from its start at every look-up. */
const LARGEST_COUNT = 1000;

interface Part {
  readonly accepts: (value: string) => boolean;
  readonly accepted: string;
  /** Frequencies with which RFC 5545 allows the part; all when omitted. */
  readonly with?: readonly string[];
}

const PARTS: Readonly<Record<string, Part>> = {
  FREQ: oneOf(`^(${FREQUENCIES.join("|")})$`, "must be DAILY, WEEKLY, MONTHLY or YEARLY"),
  INTERVAL: oneOf(String.raw`^0*[1-9]\d{0,3}$`, "must be a number from 1 to 9999"),
  COUNT: {
    accepts: (value) => isNumberWithin(value, 1, LARGEST_COUNT, false),
    accepted: `must be a number from 1 to ${LARGEST_COUNT}; end a longer series with UNTIL`,
  },
  UNTIL: {
    accepts: isDate,
    accepted:
      'must be a date such as "20261231", a local time such as "20261231T235900", or one in UTC with a Z at its end',
  },
  BYDAY: oneOf(
    String.raw`^([+-]?\d{1,2})?(${DAYS})(,([+-]?\d{1,2})?(${DAYS}))*$`,
    "must be days such as SU or MO,WE; with MONTHLY and YEARLY also 1SU or -1FR",
  ),
  BYMONTHDAY: numbers(1, 31, true, ["SECONDLY", "MINUTELY", "HOURLY", "DAILY", "MONTHLY", "YEARLY"]),
  BYYEARDAY: numbers(1, 366, true, ["SECONDLY", "MINUTELY", "HOURLY", "YEARLY"]),
  BYWEEKNO: numbers(1, 53, true, ["YEARLY"]),
  BYMONTH: numbers(1, 12, false),
  BYHOUR: numbers(0, 23, false),
  BYMINUTE: numbers(0, 59, false),
  BYSECOND: numbers(0, 59, false),
  BYSETPOS: numbers(1, 366, true),
  WKST: oneOf(`^(${DAYS})$`, "must be a day such as MO"),
};

/** Says which part is wrong, its value and what is accepted; null for a valid rule. */
export function ruleProblem(rule: string): string | null {
  if (/[\r\n:]/.test(rule))
    return 'must be one rule, such as "FREQ=WEEKLY;BYDAY=SU", without RRULE: or EXDATE:';
  const parts = new Map<string, string>();
  for (const part of rule.toUpperCase().replace(/;$/, "").split(";")) {
    const [name = "", value = ""] = part.split("=");
    const known = PARTS[name];
    if (known === undefined) {
      return `"${part}" is not a part of a rule: the parts are ${Object.keys(PARTS).join(", ")}`;
    }
    if (parts.has(name)) return `${name} is there twice: write it once`;
    if (!known.accepts(value)) return `${part}: ${known.accepted}`;
    parts.set(name, value);
  }
  return combinationProblem(parts);
}

function combinationProblem(parts: ReadonlyMap<string, string>): string | null {
  const frequency = parts.get("FREQ");
  if (frequency === undefined) return "lacks FREQ: begin with FREQ=DAILY, WEEKLY, MONTHLY or YEARLY";
  for (const name of parts.keys()) {
    const allowed = PARTS[name]?.with;
    if (allowed !== undefined && !allowed.includes(frequency)) {
      return `${name} does not go with FREQ=${frequency}: it goes with ${allowed.join(", ")}`;
    }
  }
  if (/\d/.test(parts.get("BYDAY") ?? "") && frequency !== "MONTHLY" && frequency !== "YEARLY") {
    return `BYDAY=${parts.get("BYDAY")}: a number before a day goes with MONTHLY and YEARLY only`;
  }
  if (parts.has("COUNT") && parts.has("UNTIL")) return "has COUNT and UNTIL: write one of them";
  const others = [...parts.keys()].filter((name) => name.startsWith("BY") && name !== "BYSETPOS");
  if (parts.has("BYSETPOS") && others.length === 0)
    return "has BYSETPOS alone: add what it counts, such as BYDAY";
  return null;
}

function oneOf(pattern: string, accepted: string): Part {
  const expression = new RegExp(pattern);
  return { accepts: (value) => expression.test(value), accepted };
}

/** A list of numbers; where `negative` is true they may count from the end. */
function numbers(least: number, most: number, negative: boolean, frequencies?: readonly string[]): Part {
  return {
    accepts: (value) => value.split(",").every((each) => isNumberWithin(each, least, most, negative)),
    accepted: `must be numbers from ${least} to ${most}${negative ? `, or -${most} to -${least} from the end` : ""}`,
    ...(frequencies === undefined ? {} : { with: frequencies }),
  };
}

function isNumberWithin(text: string, least: number, most: number, negative: boolean): boolean {
  if (!(negative ? /^[+-]?\d{1,4}$/ : /^\d{1,4}$/).test(text)) return false;
  const number = Math.abs(Number(text));
  return number >= least && number <= most;
}

function isDate(text: string): boolean {
  const match = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z?)?$/.exec(text);
  if (match === null) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part = "0") => Number(part));
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const isSame = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCHours() === hour;
  return isSame && minute < 60 && second < 60;
}
