/** Adds or changes a route. */
import { type ReactNode, useState } from "react";
import type { WrittenRoute } from "../../../../src/contract/api/alerting/routes.ts";
import { SelectField, TextField } from "../../design/field.tsx";
import { PickMany, PickOne } from "../../design/picker.tsx";
import { FormDialog } from "../../forms/form-dialog.tsx";
import { useWords } from "../../words/words.tsx";
import { Choices } from "../choice-boxes.tsx";
import { useChannelChoices, useSiteChoices, useTagChoices } from "../choices.ts";
import { ownTimeZone, timeZoneChoices } from "../time-zones.ts";
import { EscalationSteps } from "./escalation-steps.tsx";
import { type Grouping, type RouteValues, routeOf, routeValuesOf, type Weekday } from "./route-values.ts";

const severities = ["down", "degraded"] as const;
const kinds = ["site", "not_observed", "pipeline", "location", "certificate", "domain"] as const;
const weekdays: readonly Weekday[] = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
];
const groupings: readonly Grouping[] = ["site", "host", "tags", "severity", "kind", "cause"];

export function RouteDialog({
  route,
  rotations,
  isPending,
  error,
  onSave,
  onClose,
}: {
  /** Null: a new one. */
  readonly route: WrittenRoute | null;
  /** Names of the on-call rotations. */
  readonly rotations: readonly string[];
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly onSave: (route: WrittenRoute) => void;
  readonly onClose: () => void;
}) {
  const words = useWords().settings;
  const [values, setValues] = useState(() => routeValuesOf(route, ownTimeZone()));
  const change = (part: Partial<RouteValues>) => setValues((before) => ({ ...before, ...part }));
  const channelChoices = useChannelChoices();
  const rotationChoices = rotations.map((name) => ({ value: name, label: name }));
  return (
    <FormDialog
      wide
      title={route === null ? words.routes.add : words.routes.editTitle}
      submit={words.routes.save}
      isPending={isPending}
      error={error}
      onClose={onClose}
      onSubmit={() => onSave(routeOf(values, route))}
    >
      <Group title={words.routes.which} hint={words.routes.whichHint}>
        <MatchFields values={values} onChange={change} />
      </Group>
      <Group title={words.routes.told}>
        <PickMany
          label={words.routes.channels}
          choices={channelChoices}
          values={values.channels}
          onChange={(channels) => change({ channels })}
        />
        {rotations.length === 0 ? null : (
          <PickMany
            label={words.routes.rotations}
            choices={rotationChoices}
            values={values.onCall}
            onChange={(onCall) => change({ onCall })}
          />
        )}
      </Group>
      <Group title={words.routes.unacknowledged}>
        <EscalationSteps
          steps={values.escalate}
          channelChoices={channelChoices}
          rotationChoices={rotationChoices}
          onChange={(escalate) => change({ escalate })}
        />
        <TextField
          label={words.routes.repeatEvery}
          hint={words.routes.repeatEveryHint}
          value={values.repeatEvery}
          onChange={({ target }) => change({ repeatEvery: target.value })}
        />
      </Group>
      <Group title={words.routes.together}>
        <TextField
          label={words.routes.wait}
          hint={words.routes.waitHint}
          placeholder="30s"
          value={values.wait}
          onChange={({ target }) => change({ wait: target.value })}
        />
        <Choices
          label={words.routes.groupBy}
          options={groupings.map((value) => ({ value, label: words.routes.groupings[value] }))}
          values={values.groupBy}
          onChange={(groupBy) => change({ groupBy })}
        />
      </Group>
      <label className="flex items-start gap-2 text-sm">
        <input
          type="checkbox"
          className="checkbox mt-[3px]"
          checked={values.goesOn}
          onChange={({ target }) => change({ goesOn: target.checked })}
        />
        {words.routes.goesOnLabel}
      </label>
    </FormDialog>
  );
}

function MatchFields({
  values,
  onChange,
}: {
  readonly values: RouteValues;
  readonly onChange: (part: Partial<RouteValues>) => void;
}) {
  const all = useWords();
  const words = all.settings;
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <PickOne
          label={words.tag}
          placeholder={all.sites.anyTag}
          choices={useTagChoices()}
          value={values.tag}
          onChange={(tag) => onChange({ tag })}
        />
        <PickOne
          label={words.site}
          placeholder={words.anySite}
          choices={useSiteChoices()}
          value={values.site}
          onChange={(site) => onChange({ site })}
        />
        <SelectField
          label={all.incidents.severity}
          value={values.severity}
          onChange={({ target }) =>
            onChange({ severity: severities.find((each) => each === target.value) ?? "" })
          }
          options={[
            { value: "", label: all.incidents.anySeverity },
            ...severities.map((value) => ({ value, label: all.states[value] })),
          ]}
        />
        <SelectField
          label={words.routes.kind}
          value={values.kind}
          onChange={({ target }) => onChange({ kind: kinds.find((each) => each === target.value) ?? "" })}
          options={[
            { value: "", label: words.routes.anyKind },
            ...kinds.map((value) => ({ value, label: words.incidentKinds[value] })),
          ]}
        />
      </div>
      <Choices
        label={words.routes.days}
        options={weekdays.map((value) => ({ value, label: words.weekdaysShort[value] }))}
        values={values.days}
        onChange={(days) => onChange({ days })}
      />
      <div className="grid gap-4 sm:grid-cols-3">
        <TextField
          type="time"
          label={words.routes.from}
          value={values.from}
          onChange={({ target }) => onChange({ from: target.value })}
        />
        <TextField
          type="time"
          label={words.routes.to}
          value={values.to}
          onChange={({ target }) => onChange({ to: target.value })}
        />
        <PickOne
          label={words.timeZone}
          choices={timeZoneChoices()}
          value={values.timezone}
          onChange={(timezone) => onChange({ timezone: timezone ?? "UTC" })}
        />
      </div>
    </>
  );
}

function Group({
  title,
  hint,
  children,
}: {
  readonly title: string;
  readonly hint?: string;
  readonly children: ReactNode;
}) {
  return (
    <fieldset className="flex flex-col gap-4 border-t border-line pt-4 first:border-0 first:pt-0">
      <legend className="float-left w-full text-base font-semibold">
        {title}
        {hint ? <span className="block text-xs font-normal text-ink-faint">{hint}</span> : null}
      </legend>
      {children}
    </fieldset>
  );
}
