/** Further channels, each after a while in which nobody has acknowledged. */
import { Plus, X } from "lucide-react";
import { Button, IconButton } from "../../design/button.tsx";
import { TextField } from "../../design/field.tsx";
import { type Choice, PickMany } from "../../design/picker.tsx";
import { useWords } from "../../words/words.tsx";
import type { EscalationValues } from "./route-values.ts";

export function EscalationSteps({
  steps,
  channelChoices,
  rotationChoices,
  onChange,
}: {
  readonly steps: readonly EscalationValues[];
  readonly channelChoices: readonly Choice[];
  readonly rotationChoices: readonly Choice[];
  readonly onChange: (steps: readonly EscalationValues[]) => void;
}) {
  const words = useWords().settings.routes;
  const change = (key: number, part: Partial<EscalationValues>) =>
    onChange(steps.map((step) => (step.key === key ? { ...step, ...part } : step)));
  const next = Math.max(0, ...steps.map(({ key }) => key + 1));
  return (
    <>
      {steps.map(({ key, after, channels, onCall }, index) => (
        <div key={key} className="flex items-start gap-3">
          <div className="grid min-w-0 flex-1 gap-3 sm:grid-cols-[7rem_minmax(0,1fr)]">
            <TextField
              label={words.after}
              placeholder="15m"
              value={after}
              onChange={({ target }) => change(key, { after: target.value })}
            />
            <PickMany
              label={words.channels}
              choices={channelChoices}
              values={channels}
              onChange={(values) => change(key, { channels: values })}
            />
            {rotationChoices.length === 0 ? null : (
              <div className="sm:col-start-2">
                <PickMany
                  label={words.rotations}
                  choices={rotationChoices}
                  values={onCall}
                  onChange={(values) => change(key, { onCall: values })}
                />
              </div>
            )}
          </div>
          <IconButton
            label={words.removeStep(index + 1)}
            className="mt-6"
            onClick={() => onChange(steps.filter((step) => step.key !== key))}
          >
            <X size={15} aria-hidden />
          </IconButton>
        </div>
      ))}
      <div>
        <Button
          icon={<Plus size={14} aria-hidden />}
          onClick={() => onChange([...steps, { key: next, after: "15m", channels: [], onCall: [] }])}
        >
          {words.addStep}
        </Button>
      </div>
    </>
  );
}
