/** One incident in a list: what, since when, how long, and who takes care of it. */
import { Link } from "@tanstack/react-router";
import type { Incident } from "../../../src/contract/api/alerting/incidents.ts";
import { titleOf } from "../api/site-table.ts";
import { classNames } from "../design/class-names.ts";
import { Elapsed, RelativeTime } from "../design/relative-time.tsx";
import { StateShape } from "../design/state.tsx";
import { useFormat, useWords } from "../words/words.tsx";

export function IncidentRow({
  incident,
  compact = false,
}: {
  readonly incident: Incident;
  /** Two lines, for narrow places. */
  readonly compact?: boolean;
}) {
  const words = useWords();
  const { id, severity, kind, sinceAt, flapping } = incident;
  return (
    <li className="border-b border-line">
      <Link
        to="/incidents/$id"
        params={{ id }}
        className={classNames(
          "grid grid-cols-[1rem_minmax(0,1fr)_auto] items-start gap-x-3 px-1 py-2.5 text-sm hover:bg-hover",
          !compact && "md:grid-cols-[1rem_minmax(0,16rem)_minmax(0,1fr)_11rem_7rem]",
        )}
      >
        <span className="pt-1">
          <StateShape state={kind === "not_observed" ? "not observed" : severity} labelled />
        </span>
        <span className="min-w-0">
          <span className="block truncate font-medium">{titleOf(incident.site)}</span>
          <span
            className={classNames(
              "block truncate text-ink-muted first-letter:uppercase",
              !compact && "md:hidden",
            )}
          >
            {whatHappened(incident, words)}
          </span>
        </span>
        <span
          className={classNames(
            "truncate text-ink-muted first-letter:uppercase max-md:hidden",
            compact && "hidden",
          )}
        >
          {whatHappened(incident, words)}
          {flapping ? <span className="text-ink-faint"> · {words.incidents.flapping}</span> : null}
        </span>
        <span className={classNames("text-ink-muted max-md:hidden", compact && "hidden")}>
          <StateText incident={incident} />
        </span>
        <span className="text-right text-ink-muted">
          <Lasting incident={incident} />
          {incident.state === "resolved" ? (
            <span className="block text-xs text-ink-faint">
              <RelativeTime at={sinceAt} />
            </span>
          ) : null}
        </span>
      </Link>
    </li>
  );
}

function whatHappened({ kind, cause }: Incident, words: ReturnType<typeof useWords>): string {
  if (kind === "not_observed") return words.incidents.notObserved;
  return cause?.message ?? words.incidents.noCause;
}

export function StateText({ incident }: { readonly incident: Incident }) {
  const words = useWords();
  const { state, acknowledgedBy } = incident;
  if (state === "acknowledged" && acknowledgedBy !== null) {
    return <span className="block truncate">{words.incidents.acknowledgedBy(acknowledgedBy)}</span>;
  }
  return (
    <span className={state === "open" ? "font-medium text-down" : ""}>{words.incidents.states[state]}</span>
  );
}

/** How long it lasted, or lasts. */
export function Lasting({ incident }: { readonly incident: Incident }) {
  const words = useWords();
  const format = useFormat();
  const { sinceAt, goodSinceAt, resolvedAt } = incident;
  const end = goodSinceAt ?? resolvedAt;
  if (end !== null)
    return <>{words.incidents.lasted(format.duration(Date.parse(end) - Date.parse(sinceAt)))}</>;
  return (
    <>
      {words.incidents.lasting} <Elapsed since={sinceAt} />
    </>
  );
}
