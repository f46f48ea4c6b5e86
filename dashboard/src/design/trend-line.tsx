/** A line without axes: the shape of a value over time. Gaps stay gaps. */
import { memo } from "react";

const widthPx = 80;
const heightPx = 16;

export const TrendLine = memo(function TrendLine({
  values,
  text,
}: {
  readonly values: readonly (number | null)[];
  /** What it shows, in words. */
  readonly text: string;
}) {
  const path = pathOf(values);
  if (path === "") return null;
  return (
    <svg
      width={widthPx}
      height={heightPx}
      viewBox={`0 0 ${widthPx} ${heightPx}`}
      role="img"
      className="text-ink-faint"
    >
      <title>{text}</title>
      <path
        d={path}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.25"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  );
});

function pathOf(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return "";
  const highest = Math.max(...known);
  // From zero, so that noise of a few milliseconds stays flat and a doubling shows.
  const y = (value: number) =>
    (heightPx - 1 - (highest === 0 ? 0 : (value / highest) * (heightPx - 3))).toFixed(1);
  let path = "";
  let isDown = false;
  values.forEach((value, index) => {
    if (value === null) {
      isDown = false;
      return;
    }
    const x = ((index / Math.max(1, values.length - 1)) * (widthPx - 2) + 1).toFixed(1);
    path += isDown ? `L${x} ${y(value)}` : `M${x} ${y(value)}h.01`;
    isDown = true;
  });
  return path;
}
