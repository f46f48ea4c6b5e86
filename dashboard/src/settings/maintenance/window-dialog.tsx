/** Plans maintenance, or changes it: when, how often, for which sites, and what comes of it. */
import { useState } from "react";
import type {
  Maintenance,
  MaintenanceDefinition,
} from "../../../../src/contract/api/alerting/maintenance.ts";
import { Dialog } from "../../design/dialog.tsx";
import { durationText, parseDurationText } from "../../design/duration-text.ts";
import { SelectField, TextField } from "../../design/field.tsx";
import { PickMany, PickOne } from "../../design/picker.tsx";
import { announce } from "../../design/toast.tsx";
import { FormDialog, fieldError } from "../../forms/form-dialog.tsx";
import { useWords } from "../../words/words.tsx";
import { useSiteChoices, useTagChoices } from "../choices.ts";
import { timeZoneChoices } from "../time-zones.ts";
import { NextOccurrences } from "./next-occurrences.tsx";
import { definitionOf, useSaveWindow } from "./queries.ts";
import { recurrenceOf, ruleOf } from "./recurrence.ts";
import { RecurrenceFields } from "./recurrence-fields.tsx";

/** What the dialog shows: a window to change, or what a new one starts from. */
export type Editing =
  | { readonly changed: Maintenance }
  | { readonly changed: null; readonly from: MaintenanceDefinition };

const scopes = ["all", "tags", "sites"] as const;

export function WindowDialog({
  editing,
  mayEdit,
  onClose,
}: {
  readonly editing: Editing;
  readonly mayEdit: boolean;
  readonly onClose: () => void;
}) {
  const words = useWords().settings.maintenance;
  const { changed } = editing;
  const initial = changed === null ? editing.from : definitionOf(changed);
  if (changed !== null && (!changed.editable || !mayEdit)) {
    return (
      <Dialog open onOpenChange={onClose} title={changed.name}>
        {changed.editable ? null : <p className="mb-3 text-sm">{words.editInFile}</p>}
        <NextOccurrences definition={initial} />
      </Dialog>
    );
  }
  return <WindowForm changed={changed} initial={initial} onClose={onClose} />;
}

function WindowForm({
  changed,
  initial,
  onClose,
}: {
  readonly changed: Editing["changed"];
  readonly initial: MaintenanceDefinition;
  readonly onClose: () => void;
}) {
  const words = useWords();
  const text = words.settings.maintenance;
  const [definition, setDefinition] = useState(initial);
  const [duration, setDuration] = useState(durationText(initial.durationMs));
  const [recurrence, setRecurrence] = useState(() => recurrenceOf(initial.rrule ?? null, initial.start));
  const { tags = [], sites = [] } = definition;
  const [scope, setScope] = useState<(typeof scopes)[number]>(
    sites.length > 0 ? "sites" : tags.length > 0 ? "tags" : "all",
  );
  const save = useSaveWindow();
  const change = (part: Partial<MaintenanceDefinition>) =>
    setDefinition((before) => ({ ...before, ...part }));
  const durationMs = parseDurationText(duration);
  const complete: MaintenanceDefinition = {
    ...definition,
    durationMs: durationMs ?? 0,
    rrule: ruleOf(recurrence),
    tags: scope === "tags" ? tags : [],
    sites: scope === "sites" ? sites : [],
  };
  const lacksScope = (scope === "tags" && tags.length === 0) || (scope === "sites" && sites.length === 0);
  return (
    <FormDialog
      wide
      title={changed === null ? text.plan : text.editTitle}
      submit={words.actions.save}
      isPending={save.isPending || durationMs === null || lacksScope}
      error={save.error}
      onClose={onClose}
      onSubmit={() =>
        save.mutate(
          { definition: complete, changed },
          {
            onSuccess: ({ content }) => {
              announce(text.saved(content.name));
              onClose();
            },
          },
        )
      }
    >
      <TextField
        label={text.name}
        placeholder={text.namePlaceholder}
        error={fieldError(save.error, "name")}
        value={definition.name}
        onChange={({ target }) => change({ name: target.value })}
        required
        autoFocus
      />
      <div className="grid gap-4 sm:grid-cols-[minmax(0,1.4fr)_minmax(0,0.8fr)_minmax(0,1.2fr)]">
        <TextField
          type="datetime-local"
          label={text.start}
          error={fieldError(save.error, "start")}
          value={definition.start}
          onChange={({ target }) => change({ start: target.value })}
          required
        />
        <TextField
          label={text.duration}
          error={
            durationMs === null ? words.siteForm.unreadable.duration : fieldError(save.error, "durationMs")
          }
          value={duration}
          onChange={({ target }) => setDuration(target.value)}
        />
        <PickOne
          label={words.settings.timeZone}
          choices={timeZoneChoices()}
          value={definition.timezone ?? "UTC"}
          onChange={(timezone) => change({ timezone: timezone ?? "UTC" })}
        />
      </div>
      <RecurrenceFields
        recurrence={recurrence}
        error={fieldError(save.error, "rrule")}
        onChange={setRecurrence}
      />
      <SelectField
        label={text.scope}
        value={scope}
        onChange={({ target }) => setScope(scopes.find((each) => each === target.value) ?? "all")}
        options={scopes.map((value) => ({ value, label: text.scopes[value] }))}
      />
      {scope === "tags" ? (
        <TagsField values={tags} onChange={(values) => change({ tags: [...values] })} />
      ) : scope === "sites" ? (
        <SitesField values={sites} onChange={(values) => change({ sites: [...values] })} />
      ) : null}
      <NextOccurrences definition={complete} />
    </FormDialog>
  );
}

interface ManyProps {
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
}

function TagsField(props: ManyProps) {
  return <PickMany label={useWords().sites.columns.tags} choices={useTagChoices()} takesOthers {...props} />;
}

function SitesField(props: ManyProps) {
  return <PickMany label={useWords().sites.title} choices={useSiteChoices()} {...props} />;
}
