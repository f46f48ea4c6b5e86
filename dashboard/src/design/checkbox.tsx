/** The browser's own checkbox in our colours: 10,000 of them cost nothing. */
import type { InputHTMLAttributes } from "react";
import { classNames } from "./class-names.ts";

interface CheckboxProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "type"> {
  readonly label: string;
  /** Some, but not all, of what it stands for is selected. */
  readonly partly?: boolean;
}

export function Checkbox({ label, partly = false, className, ...rest }: CheckboxProps) {
  return (
    <input
      type="checkbox"
      aria-label={label}
      ref={(element) => {
        if (element) element.indeterminate = partly;
      }}
      className={classNames("checkbox", className)}
      {...rest}
    />
  );
}
