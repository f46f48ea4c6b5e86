/** A password to be: its hint counts down to the shortest that is accepted. */
import { TextField } from "../design/field.tsx";
import { useWords } from "../words/words.tsx";

const shortestPassword = 15;

export function isLongEnough(password: string): boolean {
  return [...password].length >= shortestPassword;
}

export function NewPasswordField({
  label,
  value,
  className,
  onText,
}: {
  readonly label: string;
  readonly value: string;
  readonly className?: string;
  readonly onText: (text: string) => void;
}) {
  const words = useWords().account;
  const length = [...value].length;
  return (
    <TextField
      label={label}
      hint={length === 0 || isLongEnough(value) ? words.passwordHint : words.more(shortestPassword - length)}
      type="password"
      autoComplete="new-password"
      className={className}
      value={value}
      onChange={({ target }) => onText(target.value)}
    />
  );
}
