/** Picks one or several of many by typing: sites, tags, channels. Ten thousand choices are as fast as ten. */
import { Combobox } from "@base-ui/react/combobox";
import { Check, ChevronDown, X } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { useWords } from "../words/words.tsx";
import { classNames } from "./class-names.ts";
import { Field, inputClass } from "./field.tsx";

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly hint?: string | undefined;
}

const mostShown = 60;

interface PickerProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly placeholder?: string;
  readonly choices: readonly Choice[];
  /** What is typed may be chosen, too. */
  readonly takesOthers?: boolean;
}

const isSame = (one: Choice, other: Choice): boolean => one.value === other.value;
const matches = ({ label, hint = "" }: Choice, query: string): boolean =>
  `${label} ${hint}`.toLowerCase().includes(query.trim().toLowerCase());

export function PickOne({
  label,
  hint,
  error,
  placeholder,
  choices,
  value,
  onChange,
}: Omit<PickerProps, "takesOthers"> & {
  /** Null: nothing is chosen. */
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
}) {
  const words = useWords();
  const chosen = useMemo(() => choiceOf(choices, value), [choices, value]);
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <Combobox.Root
          items={choices}
          limit={mostShown}
          filter={matches}
          value={chosen}
          isItemEqualToValue={isSame}
          autoHighlight
          onValueChange={(next: Choice | null) => onChange(next?.value ?? null)}
        >
          <div className="relative">
            <Combobox.Input
              {...control}
              placeholder={placeholder}
              className={classNames(inputClass, "pr-8!")}
            />
            <Combobox.Trigger
              aria-label={words.picker.open(label)}
              className="absolute inset-y-0 right-0 flex w-8 items-center justify-center text-ink-faint"
            >
              <ChevronDown size={14} aria-hidden />
            </Combobox.Trigger>
          </div>
          <ChoiceList label={label} />
        </Combobox.Root>
      )}
    </Field>
  );
}

export function PickMany({
  label,
  hint,
  error,
  placeholder,
  choices,
  takesOthers = false,
  values,
  onChange,
}: PickerProps & {
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
}) {
  const words = useWords();
  const [typed, setTyped] = useState("");
  const chosen = useMemo(
    () => values.map((value) => choiceOf(choices, value) ?? { value, label: value }),
    [choices, values],
  );
  const other = typed.trim();
  const isNew = takesOthers && other !== "" && !choices.some(({ value }) => value === other);
  const items = isNew ? [...choices, { value: other, label: other }] : choices;
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <Combobox.Root
          multiple
          items={items}
          limit={mostShown}
          filter={matches}
          value={chosen}
          isItemEqualToValue={isSame}
          autoHighlight
          onInputValueChange={setTyped}
          onValueChange={(next: readonly Choice[]) => onChange(next.map(({ value }) => value))}
        >
          <Combobox.Chips
            className={classNames(
              inputClass,
              "flex h-auto! min-h-8 flex-wrap items-center gap-1 px-1! py-1 focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-accent pointer-coarse:min-h-10",
            )}
          >
            {chosen.map((choice) => (
              <Combobox.Chip
                key={choice.value}
                aria-label={choice.label}
                className="inline-flex h-6 max-w-full items-center gap-0.5 rounded bg-sunken pl-2 text-sm outline-none data-highlighted:bg-selected"
              >
                <span className="truncate">{choice.label}</span>
                <Combobox.ChipRemove
                  aria-label={words.picker.remove(choice.label)}
                  className="flex size-6 shrink-0 items-center justify-center text-ink-faint hover:text-ink"
                >
                  <X size={12} aria-hidden />
                </Combobox.ChipRemove>
              </Combobox.Chip>
            ))}
            <Combobox.Input
              {...control}
              placeholder={chosen.length === 0 ? placeholder : undefined}
              className="h-6 min-w-24 flex-1 bg-transparent px-1.5 outline-none placeholder:text-ink-faint"
            />
          </Combobox.Chips>
          <ChoiceList label={label} />
        </Combobox.Root>
      )}
    </Field>
  );
}

function choiceOf(choices: readonly Choice[], value: string | null): Choice | null {
  if (value === null) return null;
  return choices.find((choice) => choice.value === value) ?? { value, label: value };
}

function ChoiceList({ label }: { readonly label: string }) {
  const words = useWords();
  return (
    <Combobox.Portal>
      <Combobox.Positioner sideOffset={4} className="z-60">
        <Combobox.Popup className="popup w-[var(--anchor-width)] min-w-48 overflow-hidden">
          <Combobox.Empty className="px-3 text-sm text-ink-faint not-empty:py-3">
            {words.palette.nothing}
          </Combobox.Empty>
          <Combobox.List aria-label={label} className="max-h-72 overflow-y-auto not-empty:p-1">
            {(choice: Choice) => (
              <Combobox.Item
                key={choice.value}
                value={choice}
                className="flex min-h-8 cursor-default items-center gap-2 rounded px-2 text-sm outline-none select-none data-highlighted:bg-hover pointer-coarse:min-h-10"
              >
                <span className="flex w-4 shrink-0 justify-center">
                  <Combobox.ItemIndicator>
                    <Check size={14} aria-hidden />
                  </Combobox.ItemIndicator>
                </span>
                <span className="truncate">{choice.label}</span>
                {choice.hint === undefined ? null : (
                  <span className="ml-auto max-w-[50%] truncate pl-3 text-xs text-ink-faint">
                    {choice.hint}
                  </span>
                )}
              </Combobox.Item>
            )}
          </Combobox.List>
        </Combobox.Popup>
      </Combobox.Positioner>
    </Combobox.Portal>
  );
}
