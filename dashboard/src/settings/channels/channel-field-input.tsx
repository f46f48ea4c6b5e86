/** One field of a channel. */
import { SelectField, TextArea, TextField } from "../../design/field.tsx";
import { useWords } from "../../words/words.tsx";
import { type ChannelField, labelOf } from "./channel-fields.ts";

export function ChannelFieldInput({
  field,
  value,
  isStored,
  error,
  onChange,
}: {
  readonly field: ChannelField;
  readonly value: string;
  /** A secret that is kept while it is left as it is shown. */
  readonly isStored: boolean;
  readonly error: string | undefined;
  readonly onChange: (text: string) => void;
}) {
  const words = useWords().settings.channels;
  const { path, name, group, kind, isRequired, usual, options } = field;
  const label = words.fieldLabels[path] ?? words.fieldLabels[name] ?? labelOf(name);
  const described = words.fieldHints[path] ?? words.fieldHints[name] ?? sentenceOf(field.description);
  const shape = kind === "list" ? words.oneALine : kind === "entries" ? words.entriesHint : "";
  const stored = isStored ? words.storedSecret : "";
  const control = {
    label: `${group === null ? "" : `${words.fieldLabels[group] ?? labelOf(group)} · `}${label}${isRequired ? "" : ` (${words.optional})`}`,
    hint: [described, shape, stored].filter((each) => each !== "").join(" "),
    error,
    value,
    placeholder: usual,
    autoComplete: "off",
    spellCheck: false,
    onChange: ({ target }: { readonly target: { readonly value: string } }) => onChange(target.value),
  };
  if (kind === "choice") {
    const first = { value: "", label: usual === "" ? "–" : words.usually(usual) };
    return (
      <SelectField
        label={control.label}
        hint={control.hint}
        error={error}
        value={value}
        onChange={control.onChange}
        options={[first, ...options.map((each) => ({ value: each, label: each }))]}
      />
    );
  }
  if (kind === "text" || kind === "whole number") {
    return <TextField {...control} inputMode={kind === "text" ? "text" : "numeric"} />;
  }
  return <TextArea {...control} rows={3} className="font-mono text-xs!" />;
}

function sentenceOf(description: string): string {
  if (description === "") return "";
  const text = description.slice(0, 1).toUpperCase() + description.slice(1);
  return text.endsWith(".") ? text : `${text}.`;
}
