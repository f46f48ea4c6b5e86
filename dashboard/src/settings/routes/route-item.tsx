/** A route as a sentence: which incidents, who is told, and what happens when nobody acknowledges. */
import { ChevronDown, ChevronUp, CornerDownRight, MoreHorizontal, Pencil } from "lucide-react";
import type { ReactNode } from "react";
import type { WrittenRoute } from "../../../../src/contract/api/alerting/routes.ts";
import { IconButton } from "../../design/button.tsx";
import { Menu, MenuItem, MenuSeparator } from "../../design/menu.tsx";
import { Tag } from "../../design/tag.tsx";
import { useWords } from "../../words/words.tsx";
import { Condition } from "./route-condition.tsx";
import type { Place } from "./route-tree.ts";

interface RouteActions {
  readonly edit: (place: Place, route: WrittenRoute) => void;
  readonly addWithin: (place: Place) => void;
  readonly move: (place: Place, by: -1 | 1) => void;
  readonly remove: (place: Place) => void;
}

interface RouteItemProps {
  readonly route: WrittenRoute;
  /** As `routes/explain` names it, such as `2.1`. */
  readonly number: string;
  readonly place: Place;
  /** Number of routes beside it, itself included. */
  readonly siblings: number;
  /** Null where it cannot be changed here. */
  readonly actions: RouteActions | null;
  readonly isOfFile?: boolean;
}

export function RouteItem({ route, number, place, siblings, actions, isOfFile = false }: RouteItemProps) {
  const words = useWords().settings.routes;
  const inner = route.routes ?? [];
  return (
    <li className={place.length === 1 ? "rounded bg-surface ring-1 ring-inset ring-line" : ""}>
      <div className="flex items-start gap-3 px-3 py-2.5">
        <span className="w-6 shrink-0 pt-px text-sm text-ink-faint tabular-nums">{number}</span>
        <div className="min-w-0 flex-1 text-sm">
          <div className="flex flex-wrap items-center gap-x-1.5 gap-y-1 font-medium">
            <Condition match={route.match} />
          </div>
          <div className="mt-1 flex flex-wrap items-center gap-x-1.5 gap-y-1">
            <CornerDownRight size={13} aria-hidden className="text-ink-faint" />
            <Told channels={route.channels} onCall={route.onCall} />
          </div>
          <Facts route={route} />
          {isOfFile ? <p className="mt-1 text-xs text-ink-faint">{words.ofFile}</p> : null}
        </div>
        {actions === null ? null : (
          <RowActions route={route} number={number} place={place} siblings={siblings} actions={actions} />
        )}
      </div>
      {inner.length === 0 ? null : (
        <ol className="ml-6 border-l border-line">
          {inner.map((each, index) => (
            <RouteItem
              // biome-ignore lint/suspicious/noArrayIndexKey: a route has no identity but its place
              key={index}
              route={each}
              number={`${number}.${index + 1}`}
              place={[...place, index]}
              siblings={inner.length}
              actions={actions}
            />
          ))}
        </ol>
      )}
    </li>
  );
}

function RowActions({
  route,
  number,
  place,
  siblings,
  actions,
}: Omit<RouteItemProps, "isOfFile" | "actions"> & { readonly actions: RouteActions }) {
  const words = useWords();
  const position = place.at(-1) ?? 0;
  return (
    <div className="flex shrink-0 gap-0.5">
      <IconButton
        label={words.settings.routes.up(number)}
        disabled={position === 0}
        className="max-sm:hidden"
        onClick={() => actions.move(place, -1)}
      >
        <ChevronUp size={15} aria-hidden />
      </IconButton>
      <IconButton
        label={words.settings.routes.down(number)}
        disabled={position === siblings - 1}
        className="max-sm:hidden"
        onClick={() => actions.move(place, 1)}
      >
        <ChevronDown size={15} aria-hidden />
      </IconButton>
      <IconButton label={words.settings.routes.edit(number)} onClick={() => actions.edit(place, route)}>
        <Pencil size={14} aria-hidden />
      </IconButton>
      <Menu
        trigger={
          <IconButton label={words.settings.routes.more(number)}>
            <MoreHorizontal size={15} aria-hidden />
          </IconButton>
        }
      >
        <MenuItem onSelect={() => actions.addWithin(place)}>{words.settings.routes.addWithin}</MenuItem>
        <MenuItem disabled={position === 0} onSelect={() => actions.move(place, -1)}>
          {words.settings.routes.moveUp}
        </MenuItem>
        <MenuItem disabled={position === siblings - 1} onSelect={() => actions.move(place, 1)}>
          {words.settings.routes.moveDown}
        </MenuItem>
        <MenuSeparator />
        <MenuItem danger onSelect={() => actions.remove(place)}>
          {words.actions.delete}
        </MenuItem>
      </Menu>
    </div>
  );
}

/** Channels and rotations by name. */
export function Told({
  channels = [],
  onCall = [],
}: {
  readonly channels?: readonly string[] | undefined;
  readonly onCall?: readonly string[] | undefined;
}) {
  const words = useWords().settings.routes;
  if (channels.length + onCall.length === 0) return <span className="text-ink-faint">{words.inherits}</span>;
  return (
    <>
      {channels.map((name) => (
        <Tag key={`channel ${name}`} tag={name} className="max-w-48!" />
      ))}
      {onCall.map((name) => (
        <Tag key={`on-call ${name}`} tag={words.onCall(name)} className="max-w-48!" />
      ))}
    </>
  );
}

function Facts({ route }: { readonly route: WrittenRoute }) {
  const words = useWords().settings.routes;
  const { wait, groupBy, repeatEvery, escalate = [], continue: goesOn } = route;
  const facts: readonly (ReactNode | null)[] = [
    wait === undefined ? null : words.waits(String(wait)),
    groupBy === undefined || groupBy.length === 0
      ? null
      : words.groups(groupBy.map((each) => words.groupings[each])),
    repeatEvery === undefined ? null : words.repeats(String(repeatEvery)),
    goesOn === true ? words.goesOn : null,
  ].filter((fact) => fact !== null);
  return (
    <>
      {escalate.map(({ after, channels, onCall }) => (
        <div
          key={String(after)}
          className="mt-1 flex flex-wrap items-center gap-x-1.5 gap-y-1 text-ink-muted"
        >
          <span>{words.escalates(String(after))}</span>
          <Told channels={channels} onCall={onCall} />
        </div>
      ))}
      {facts.length === 0 ? null : <p className="mt-1 text-xs text-ink-muted">{facts.join(" · ")}</p>}
    </>
  );
}
