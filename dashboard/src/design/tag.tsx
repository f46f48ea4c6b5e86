/** A tag. Its tint comes from its text, so that the same tag looks the same everywhere. */
import { classNames } from "./class-names.ts";

const hues = [250, 285, 320, 200, 175, 95, 60, 30];

export function Tag({ tag, className }: { readonly tag: string; readonly className?: string }) {
  return (
    <span
      className={classNames(
        "inline-flex h-5 max-w-32 items-center gap-1 rounded bg-sunken px-1.5 text-xs text-ink-muted",
        className,
      )}
    >
      <span
        aria-hidden
        className="size-1.5 shrink-0 rounded-full"
        style={{ background: `oklch(0.62 0.11 ${hueOf(tag)})` }}
      />
      <span className="truncate">{tag}</span>
    </span>
  );
}

function hueOf(tag: string): number {
  let sum = 0;
  for (const character of tag) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return hues[sum % hues.length] ?? 250;
}
