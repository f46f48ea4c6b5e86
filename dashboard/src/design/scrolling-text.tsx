/** Text as it was written, which scrolls within itself: by keys, too. */
import { classNames } from "./class-names.ts";

export function ScrollingText({
  label,
  className,
  children,
}: {
  readonly label: string;
  readonly className?: string;
  readonly children: string;
}) {
  return (
    <pre
      role="region"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys
      tabIndex={0}
      className={classNames("overflow-auto rounded bg-sunken p-3 font-mono text-xs", className)}
    >
      {children}
    </pre>
  );
}
