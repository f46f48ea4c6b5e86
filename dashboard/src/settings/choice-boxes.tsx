/** Several of a few: a box each, in a row. */
import { Checkbox } from "../design/checkbox.tsx";

export function Choices<Value extends string>({
  label,
  options,
  values,
  onChange,
}: {
  readonly label: string;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly values: readonly Value[];
  readonly onChange: (values: readonly Value[]) => void;
}) {
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">{label}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-2">
        {options.map(({ value, label: name }) => (
          // biome-ignore lint/a11y/noLabelWithoutControl: the box is within it
          <label key={value} className="flex items-center gap-1.5 text-sm">
            <Checkbox
              label={name}
              checked={values.includes(value)}
              onChange={({ target }) => {
                const wanted = (each: Value) => (each === value ? target.checked : values.includes(each));
                onChange(options.map((option) => option.value).filter(wanted));
              }}
            />
            {name}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
