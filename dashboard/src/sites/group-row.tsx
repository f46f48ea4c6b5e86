/** The heading of a group: its name, how many sites, and their states where not all are up. */
import { ChevronRight } from "lucide-react";
import { classNames } from "../design/class-names.ts";
import { StateShape } from "../design/state.tsx";
import type { ListEntry } from "../listing/listed-sites.ts";
import { siteStates } from "../listing/sites-view.ts";
import { useFormat, useWords } from "../words/words.tsx";

export function GroupRow({
  group,
  isClosed,
  onToggle,
}: {
  readonly group: Extract<ListEntry, { kind: "group" }>;
  readonly isClosed: boolean;
  readonly onToggle: (name: string) => void;
}) {
  const words = useWords();
  const format = useFormat();
  const state = siteStates.find((each) => each === group.name);
  return (
    <div role="cell" className="flex h-full border-b border-line bg-sunken">
      <button
        type="button"
        aria-expanded={!isClosed}
        onClick={() => onToggle(group.name ?? "")}
        className="flex min-w-0 flex-1 items-center gap-2 px-3.5 text-left text-sm font-semibold"
      >
        <ChevronRight
          size={14}
          aria-hidden
          className={classNames("shrink-0 text-ink-faint transition-transform", !isClosed && "rotate-90")}
        />
        <span className="truncate">
          {state === undefined ? (group.name ?? words.sites.untagged) : words.states[state]}
        </span>
        <span className="font-normal text-ink-faint">{format.number(group.sites)}</span>
        {siteStates
          .filter((each) => each !== "up" && state === undefined && group.states.has(each))
          .map((each) => (
            <span key={each} className="flex items-center gap-1 text-xs font-medium text-ink-muted">
              <StateShape state={each} size={9} labelled />
              {group.states.get(each)}
            </span>
          ))}
      </button>
    </div>
  );
}
