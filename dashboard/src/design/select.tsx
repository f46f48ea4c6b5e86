/** The browser's own select as a toolbar button: accessible, typed ahead, and a wheel on phones. */
import { ChevronDown } from "lucide-react";
import { classNames } from "./class-names.ts";

export function Select<Value extends string>({
  label,
  value,
  options,
  isSet = false,
  onChange,
}: {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  /** Whether it differs from the usual, and so has an effect worth seeing. */
  readonly isSet?: boolean;
  readonly onChange: (value: Value) => void;
}) {
  return (
    <div
      className={classNames(
        "relative inline-flex h-7 items-center rounded text-sm transition-colors hover:bg-hover pointer-coarse:h-9",
        isSet ? "bg-selected text-accent" : "text-ink-muted",
      )}
    >
      <select
        aria-label={label}
        title={label}
        value={value}
        onChange={({ target }) => {
          const chosen = options.find((option) => option.value === target.value);
          if (chosen) onChange(chosen.value);
        }}
        className="field-sizing-content h-full max-w-40 cursor-pointer appearance-none rounded bg-transparent pr-6 pl-2 font-medium"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} className="bg-raised text-ink">
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown size={13} aria-hidden className="pointer-events-none absolute right-1.5" />
    </div>
  );
}
