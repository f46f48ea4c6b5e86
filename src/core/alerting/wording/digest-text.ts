/** One text for several incidents that are told together. It names the cause that most of them share. */
import type { Incident } from "../../incidents/ports.ts";
import { goodAgainOf, nameOf, nextStepOf, sinceOf, stateOf } from "./incident-words.ts";
import type { NoticeKind, NoticeText } from "./notice.ts";
import { NEXT_MARK, prefixOf } from "./notice-words.ts";

const MOST_LISTED = 20;

export function digestText(
  kind: NoticeKind,
  incidents: readonly Incident[],
  page: string | null,
): NoticeText {
  const isResolved = kind === "resolved";
  const listed = incidents.slice(0, MOST_LISTED).map(isResolved ? endOf : lineOf);
  if (incidents.length > MOST_LISTED) listed.push(`and ${incidents.length - MOST_LISTED} more`);
  const command = `sitewire incidents list${isResolved ? "" : " --open"}`;
  const lines = [...listed, ...(page === null ? [] : [page]), `To see all: ${command}`];
  const count = `${incidents.length} sites`;
  if (isResolved) return { title: `RESOLVED ${count}`, lines };
  const head = `${prefixOf(kind)}${worstStateOf(incidents)} ${count}${sinceOf(incidents)}`;
  const common = commonCauseOf(incidents);
  if (common === null) return { title: `${head}${NEXT_MARK}${command}`, lines };
  return { title: `${head}: ${common.text}${NEXT_MARK}${common.next}`, lines };
}

interface CommonCause {
  readonly text: string;
  readonly next: string;
}

/** The message that more than half of the incidents share, or else the code; null when there is none. */
function commonCauseOf(incidents: readonly Incident[]): CommonCause | null {
  const causes = incidents.flatMap((incident) =>
    incident.cause === null ? [] : [{ incident, ...incident.cause }],
  );
  const share = (count: number): string =>
    count === incidents.length ? "" : `${count} of ${incidents.length}: `;
  for (const field of ["message", "code"] as const) {
    const groups = Map.groupBy(causes, (cause) => cause[field]);
    const [largest] = [...groups.values()].toSorted((one, other) => other.length - one.length);
    const [first] = largest ?? [];
    if (largest === undefined || first === undefined || largest.length * 2 <= incidents.length) continue;
    return { text: `${share(largest.length)}${first[field]}`, next: nextStepOf(first.incident) };
  }
  return null;
}

function lineOf(incident: Incident): string {
  const { cause } = incident;
  return `${nameOf(incident)}${cause === null ? "" : `: ${cause.message}`}`;
}

function endOf(incident: Incident): string {
  const isGood = incident.goodSinceMs !== null;
  return isGood ? `${nameOf(incident)}: ${goodAgainOf(incident)}` : nameOf(incident);
}

/** Down is worse than degraded, and that is worse than not observed. */
function worstStateOf(incidents: readonly Incident[]): string {
  const states = incidents.map(stateOf);
  return ["DOWN", "DEGRADED"].find((state) => states.includes(state)) ?? states[0] ?? "DOWN";
}
