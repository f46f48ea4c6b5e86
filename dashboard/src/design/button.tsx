/** Buttons. `primary` at most once in a view; `quiet` in toolbars and rows; `danger` only where data is removed. */
import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { classNames } from "./class-names.ts";

const looks = {
  primary: "bg-ink text-on-ink hover:opacity-88",
  plain: "bg-surface text-ink ring-1 ring-inset ring-line hover:bg-hover",
  quiet: "text-ink-muted hover:bg-hover hover:text-ink aria-pressed:bg-sunken aria-pressed:text-ink",
  danger: "bg-surface text-down ring-1 ring-inset ring-line hover:bg-down-wash",
} as const;

export type ButtonLook = keyof typeof looks;

/** For what only looks like a button, such as a link. */
export function buttonClass(look: ButtonLook = "plain", square = false): string {
  return classNames(
    "inline-flex h-7 shrink-0 items-center justify-center gap-1.5 rounded text-sm font-medium whitespace-nowrap transition-colors select-none disabled:opacity-50 pointer-coarse:h-9",
    square ? "w-7 pointer-coarse:w-9" : "px-2.5",
    looks[look],
  );
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: ButtonLook;
  readonly icon?: ReactNode;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button({ look = "plain", icon, className, children, type = "button", ...rest }: ButtonProps) {
  return (
    <button type={type} className={classNames(buttonClass(look), className)} {...rest}>
      {icon}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonProps, "icon" | "children"> {
  /** Read by screen readers and shown on hover. */
  readonly label: string;
  readonly children: ReactNode;
}

export function IconButton({ look = "quiet", label, className, children, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={classNames(buttonClass(look, true), className)}
      {...rest}
    >
      {children}
    </button>
  );
}
