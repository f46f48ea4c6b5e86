/**
 * The last 24 hours, a bar an hour. Height and colour say the same: up is low, degraded higher, a failure the whole
 * height; a dot is an hour that was due and has no result, a blank one that was not due.
 */
import { memo } from "react";
import { useWords } from "../words/words.tsx";

const step = 7;
const barWidth = 5;
const heightPx = 16;

const kinds = [
  { sign: "u", height: 9, className: "text-up-fill" },
  { sign: "g", height: 13, className: "text-degraded-fill" },
  { sign: "d", height: heightPx, className: "text-down-fill" },
  { sign: ".", height: 2, className: "text-gap-fill" },
] as const;

/** `day`: a character an hour, oldest first, as the API's site summaries have it. */
export const DayBar = memo(function DayBar({
  day,
  wide = false,
}: {
  readonly day: string;
  /** As wide as the room; otherwise at most as wide as a column. */
  readonly wide?: boolean;
}) {
  const words = useWords();
  const widthPx = day.length * step - (step - barWidth);
  const text = words.sites.dayText(count(day, "u"), count(day, "g"), count(day, "d"), count(day, "."));
  return (
    <svg
      viewBox={`0 0 ${widthPx} ${heightPx}`}
      height={heightPx}
      preserveAspectRatio="none"
      role="img"
      className={wide ? "w-full" : "w-full max-w-[166px]"}
    >
      <title>{text}</title>
      {kinds.map(({ sign, height, className }) => {
        const path = pathOf(day, sign, height);
        return path === "" ? null : <path key={sign} d={path} fill="currentColor" className={className} />;
      })}
    </svg>
  );
});

function pathOf(day: string, sign: string, height: number): string {
  let path = "";
  for (let hour = 0; hour < day.length; hour += 1) {
    if (day[hour] === sign)
      path += `M${hour * step} ${heightPx - height}h${barWidth}v${height}h-${barWidth}z`;
  }
  return path;
}

function count(day: string, sign: string): number {
  return day.split(sign).length - 1;
}
