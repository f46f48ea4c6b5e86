/** How often a window takes place. */
import { SelectField, TextField } from "../../design/field.tsx";
import { useWords } from "../../words/words.tsx";
import { Choices } from "../choice-boxes.tsx";
import { frequencies, ordinals, type Recurrence, weekdayCodes } from "./recurrence.ts";

const ends = ["never", "until", "count"] as const;

export function RecurrenceFields({
  recurrence,
  error,
  onChange,
}: {
  readonly recurrence: Recurrence;
  readonly error: string | undefined;
  readonly onChange: (recurrence: Recurrence) => void;
}) {
  const words = useWords().settings.maintenance;
  const { frequency, every } = recurrence;
  const change = (part: Partial<Recurrence>) => onChange({ ...recurrence, ...part });
  const recurs = frequency !== "once" && frequency !== "rule";
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label={words.frequency}
          error={frequency === "rule" ? undefined : error}
          value={frequency}
          onChange={({ target }) =>
            change({ frequency: frequencies.find((each) => each === target.value) ?? "once" })
          }
          options={frequencies.map((value) => ({ value, label: words.frequencies[value] }))}
        />
        {recurs ? (
          <TextField
            type="number"
            min={1}
            max={99}
            label={words.interval[frequency]}
            value={every}
            onChange={({ target }) => change({ every: Math.max(1, Number(target.value)) })}
          />
        ) : null}
      </div>
      {frequency === "weekly" ? (
        <Choices
          label={words.onDays}
          options={weekdayCodes.map((value) => ({ value, label: words.weekdayCodes[value] }))}
          values={recurrence.weekdays}
          onChange={(weekdays) => change({ weekdays })}
        />
      ) : null}
      {frequency === "monthly by day" || frequency === "monthly by weekday" ? (
        <DayOfMonth recurrence={recurrence} onChange={change} />
      ) : null}
      {frequency === "rule" ? (
        <TextField
          label={words.rule}
          hint={words.ruleHint}
          error={error}
          placeholder="FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24"
          className="font-mono text-xs!"
          value={recurrence.rule}
          onChange={({ target }) => change({ rule: target.value })}
        />
      ) : null}
      {recurs ? <EndFields recurrence={recurrence} onChange={change} /> : null}
    </>
  );
}

interface PartProps {
  readonly recurrence: Recurrence;
  readonly onChange: (part: Partial<Recurrence>) => void;
}

function DayOfMonth({ recurrence: { frequency, monthDay, ordinal, weekday }, onChange }: PartProps) {
  const words = useWords().settings.maintenance;
  if (frequency === "monthly by day") {
    const days = Array.from({ length: 31 }, (_, index) => String(index + 1));
    return (
      <SelectField
        label={words.monthDay}
        value={String(monthDay)}
        onChange={({ target }) => onChange({ monthDay: Number(target.value) })}
        options={[...days.map((day) => ({ value: day, label: day })), { value: "-1", label: words.lastDay }]}
      />
    );
  }
  return (
    <div className="grid grid-cols-2 gap-4">
      <SelectField
        label={words.which}
        value={ordinal}
        onChange={({ target }) =>
          onChange({ ordinal: ordinals.find((each) => each === target.value) ?? "1" })
        }
        options={ordinals.map((value) => ({ value, label: words.ordinals[value] }))}
      />
      <SelectField
        label={words.weekday}
        value={weekday}
        onChange={({ target }) =>
          onChange({ weekday: weekdayCodes.find((each) => each === target.value) ?? "MO" })
        }
        options={weekdayCodes.map((value) => ({ value, label: words.weekdayCodes[value] }))}
      />
    </div>
  );
}

function EndFields({ recurrence: { until, count }, onChange }: PartProps) {
  const words = useWords().settings.maintenance;
  const end = until !== null ? "until" : count !== null ? "count" : "never";
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <SelectField
        label={words.end}
        value={end}
        onChange={({ target }) =>
          onChange({
            until:
              target.value === "until"
                ? new Date(Date.now() + 7_776_000_000).toISOString().slice(0, 10)
                : null,
            count: target.value === "count" ? 10 : null,
          })
        }
        options={ends.map((value) => ({ value, label: words.ends[value] }))}
      />
      {until !== null ? (
        <TextField
          type="date"
          label={words.lastDate}
          value={until}
          onChange={({ target }) => onChange({ until: target.value === "" ? null : target.value })}
        />
      ) : count !== null ? (
        <TextField
          type="number"
          min={1}
          max={999}
          label={words.count}
          value={count}
          onChange={({ target }) => onChange({ count: Math.max(1, Number(target.value)) })}
        />
      ) : null}
    </div>
  );
}
