/** The groups of a status page: which sites, under which names, in which order. Rows move by dragging or by buttons. */
import { useQuery } from "@tanstack/react-query";
import { ChevronDown, ChevronUp, GripVertical, Plus, X } from "lucide-react";
import { useState } from "react";
import { sitesQuery, titleOf } from "../../api/site-table.ts";
import { Button, IconButton } from "../../design/button.tsx";
import { classNames } from "../../design/class-names.ts";
import { inputClass, TextField } from "../../design/field.tsx";
import { PickMany } from "../../design/picker.tsx";
import { useWords } from "../../words/words.tsx";
import { useSiteChoices, useTagChoices } from "../choices.ts";
import { type GroupValues, moved, type ShownSite } from "./page-values.ts";

export function GroupEditor({
  groups,
  onChange,
}: {
  readonly groups: readonly GroupValues[];
  readonly onChange: (groups: readonly GroupValues[]) => void;
}) {
  const words = useWords().settings.statusPages;
  const next = Math.max(0, ...groups.map(({ key }) => key + 1));
  return (
    <div className="flex flex-col gap-3">
      {groups.map((group, index) => (
        <fieldset key={group.key} className="rounded p-3 ring-1 ring-inset ring-line">
          <legend className="sr-only">{words.groupNumber(index + 1)}</legend>
          <div className="mb-3 flex items-end gap-2">
            <div className="min-w-0 flex-1">
              <TextField
                label={words.groupName}
                placeholder={words.noHeading}
                value={group.name}
                onChange={({ target }) => onChange(groups.with(index, { ...group, name: target.value }))}
              />
            </div>
            <MoveButtons
              name={words.groupNumber(index + 1)}
              index={index}
              count={groups.length}
              onMove={(to) => onChange(moved(groups, index, to))}
            />
            <IconButton
              label={words.removeGroup(index + 1)}
              disabled={groups.length === 1}
              onClick={() => onChange(groups.toSpliced(index, 1))}
            >
              <X size={15} aria-hidden />
            </IconButton>
          </div>
          <SiteRows
            sites={group.sites}
            onChange={(sites) => onChange(groups.with(index, { ...group, sites }))}
          />
          <Additions group={group} onChange={(changed) => onChange(groups.with(index, changed))} />
        </fieldset>
      ))}
      <div>
        <Button
          icon={<Plus size={14} aria-hidden />}
          onClick={() => onChange([...groups, { key: next, name: "", tags: [], sites: [] }])}
        >
          {words.addGroup}
        </Button>
      </div>
    </div>
  );
}

function Additions({
  group,
  onChange,
}: {
  readonly group: GroupValues;
  readonly onChange: (group: GroupValues) => void;
}) {
  const words = useWords().settings.statusPages;
  const chosen = group.sites.map(({ site }) => site);
  return (
    <div className="mt-3 grid gap-3 sm:grid-cols-2">
      <PickMany
        label={words.sites}
        placeholder={words.addSite}
        choices={useSiteChoices()}
        values={chosen}
        onChange={(values) => {
          const known = new Map(group.sites.map((each) => [each.site, each]));
          const sites = values.map((site) => known.get(site) ?? { site, name: "", description: "" });
          onChange({ ...group, sites });
        }}
      />
      <PickMany
        label={words.tags}
        hint={words.tagsHint}
        choices={useTagChoices()}
        takesOthers
        values={group.tags}
        onChange={(tags) => onChange({ ...group, tags })}
      />
    </div>
  );
}

function SiteRows({
  sites,
  onChange,
}: {
  readonly sites: readonly ShownSite[];
  readonly onChange: (sites: readonly ShownSite[]) => void;
}) {
  const words = useWords().settings.statusPages;
  const { data: table } = useQuery(sitesQuery);
  const [dragged, setDragged] = useState<number | null>(null);
  if (sites.length === 0) return null;
  return (
    <ol className="divide-y divide-line border-y border-line">
      {sites.map((each, index) => {
        const site = table?.byId.get(each.site);
        const title = site ? titleOf(site) : each.site;
        return (
          <li
            key={each.site}
            draggable
            onDragStart={() => setDragged(index)}
            onDragEnd={() => setDragged(null)}
            onDragOver={(event) => {
              if (dragged === null) return;
              event.preventDefault();
              if (dragged === index) return;
              onChange(moved(sites, dragged, index));
              setDragged(index);
            }}
            className={classNames(
              "flex items-center gap-2 py-1.5",
              dragged === index && "bg-selected opacity-70",
            )}
          >
            <GripVertical size={14} aria-hidden className="shrink-0 cursor-grab text-ink-faint" />
            <span className="w-2/5 min-w-0 truncate text-sm">{title}</span>
            <input
              aria-label={words.nameOf(title)}
              placeholder={words.shownAs}
              value={each.name}
              onChange={({ target }) => onChange(sites.with(index, { ...each, name: target.value }))}
              className={classNames(inputClass, "min-w-0 flex-1")}
            />
            <MoveButtons
              name={title}
              index={index}
              count={sites.length}
              onMove={(to) => onChange(moved(sites, index, to))}
            />
          </li>
        );
      })}
    </ol>
  );
}

function MoveButtons({
  name,
  index,
  count,
  onMove,
}: {
  readonly name: string;
  readonly index: number;
  readonly count: number;
  readonly onMove: (to: number) => void;
}) {
  const words = useWords().settings.statusPages;
  return (
    <div className="flex">
      <IconButton label={words.moveUp(name)} disabled={index === 0} onClick={() => onMove(index - 1)}>
        <ChevronUp size={15} aria-hidden />
      </IconButton>
      <IconButton
        label={words.moveDown(name)}
        disabled={index === count - 1}
        onClick={() => onMove(index + 1)}
      >
        <ChevronDown size={15} aria-hidden />
      </IconButton>
    </div>
  );
}
