/** The lines of each graph: which colours, what is filled. */
import type { GraphColors } from "./colors.ts";
import { translucent } from "./colors.ts";
import type { PlotLine } from "./plot-options.ts";
import type { PhaseName } from "./stacking.ts";

export const phaseMarks: Readonly<Record<PhaseName, string>> = {
  dns: "bg-phase-dns",
  connect: "bg-phase-connect",
  tls: "bg-phase-tls",
  firstByte: "bg-phase-first-byte",
  download: "bg-phase-download",
};

/** Areas, the last phase on top. */
export function phaseLines(colors: GraphColors): readonly PlotLine[] {
  return [
    colors["phase-download"],
    colors["phase-first-byte"],
    colors["phase-tls"],
    colors["phase-connect"],
    colors["phase-dns"],
  ].map((color) => ({ color, fill: translucent(color, 0.5), width: 1 }));
}

/** p99 as a fine line, p95 down to p50 as a band, p50 as the line that is read first. */
export function percentileLines(colors: GraphColors): readonly PlotLine[] {
  return [
    { color: colors["ink-faint"], fill: null, width: 1, dash: [3, 3] },
    { color: translucent(colors.accent, 0.5), fill: translucent(colors.accent, 0.16), width: 1 },
    { color: colors.accent, fill: null, width: 1.75 },
  ];
}

const locationColors = ["accent", "phase-tls", "phase-download", "phase-dns", "phase-first-byte"] as const;

/** The marks of `locationLines`, repeated when there are more locations. */
export const locationMarks = [
  "bg-accent",
  "bg-phase-tls",
  "bg-phase-download",
  "bg-phase-dns",
  "bg-phase-first-byte",
] as const;

/** One line a location; from the sixth on dashed. */
export function locationLines(locations: readonly string[]) {
  return (colors: GraphColors): readonly PlotLine[] =>
    locations.map((_, index) => ({
      color: colors[locationColors[index % locationColors.length] ?? "accent"],
      fill: null,
      width: 1.5,
      ...(index >= locationColors.length ? { dash: [4, 3] } : {}),
    }));
}
