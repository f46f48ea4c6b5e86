/** The steps of an incident, oldest first: what the checks caused and what people did. */

import type { TimelineEntry } from "../../../src/contract/api/alerting/incidents.ts";
import { ExactTime } from "../design/relative-time.tsx";
import { type ShownState, StateShape } from "../design/state.tsx";
import { useWords } from "../words/words.tsx";

type Outcome = NonNullable<TimelineEntry["outcomes"]>[string];

const shapeOf: Readonly<Record<Outcome, ShownState>> = {
  up: "up",
  degraded: "degraded",
  down: "down",
  unobserved: "not observed",
};

export function Timeline({ entries }: { readonly entries: readonly TimelineEntry[] }) {
  return (
    <ol className="flex flex-col">
      {entries.map((entry) => (
        <Entry key={entry.position} entry={entry} />
      ))}
    </ol>
  );
}

const dots: Readonly<Record<TimelineEntry["step"], string>> = {
  opened: "bg-down",
  worsened: "bg-down",
  acknowledged: "bg-accent",
  noted: "bg-idle",
  resolved: "bg-up",
};

function Entry({ entry }: { readonly entry: TimelineEntry }) {
  const words = useWords();
  const { step, at, by, note, outcomes } = entry;
  return (
    <li className="relative border-l border-line pb-4 pl-4 text-sm last:border-transparent last:pb-0">
      <span className={`absolute top-1.5 -left-1 size-2 rounded-full ${dots[step]}`} aria-hidden />
      <p>
        <span className="font-medium">{words.incidents.steps[step]}</span>
        {by === null ? null : <span className="text-ink-muted"> {words.incidents.by(by)}</span>}
      </p>
      <p className="text-xs text-ink-faint">
        <ExactTime at={at} />
      </p>
      {note === null || note === "" ? null : (
        <p className="mt-1 rounded bg-sunken px-2.5 py-1.5 break-words whitespace-pre-wrap">{note}</p>
      )}
      {outcomes === null ? null : (
        <ul className="mt-1 flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-ink-muted">
          {Object.entries(outcomes).map(([location, outcome]) => (
            <li key={location} className="inline-flex items-center gap-1">
              <StateShape state={shapeOf[outcome]} size={8} labelled />
              {location}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
