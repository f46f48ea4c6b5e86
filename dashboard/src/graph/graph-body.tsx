/** The graphs of a site on one axis of time. Loaded when first shown, with uPlot. */
import { useCallback, useId, useMemo, useState } from "react";
import type { History } from "../../../src/contract/api/sites/results.ts";
import { useFormat, useWords } from "../words/words.tsx";
import { availabilitySpans } from "./availability.ts";
import { AvailabilityStrip } from "./availability-strip.tsx";
import { BandLane } from "./band-lane.tsx";
import { type GraphData, locationData, meanOf, percentileData, phaseData } from "./graph-data.ts";
import { Legend } from "./legend.tsx";
import { locationLines, locationMarks, percentileLines, phaseLines, phaseMarks } from "./lines.ts";
import { Plot } from "./plot.tsx";
import type { TimeRange } from "./range.ts";
import { phaseNames } from "./stacking.ts";
import { timeBands } from "./time-bands.ts";

interface GraphBodyProps {
  readonly history: History;
  readonly nowMs: number;
  /** A line for each location instead of percentiles. */
  readonly byLocation: boolean;
  readonly onZoom: (range: TimeRange) => void;
}

export default function GraphBody({ history, nowMs, byLocation, onZoom }: GraphBodyProps) {
  const words = useWords();
  const format = useFormat();
  const syncKey = useId();
  const [cursor, setCursor] = useState<number | null>(null);
  // The history's own range: it is what the lists cover while another range is being read.
  const range = useMemo(
    () => ({ fromMs: Date.parse(history.from), toMs: Date.parse(history.to) }),
    [history.from, history.to],
  );
  const bands = useMemo(() => timeBands(history, range, nowMs), [history, range, nowMs]);
  // What is still to come is neither seen nor missed.
  const spans = useMemo(
    () => availabilitySpans(history, { ...range, toMs: Math.min(range.toMs, nowMs) }),
    [history, range, nowMs],
  );
  const phases = useMemo(() => phaseData(history), [history]);
  const lower = useMemo(
    () => (byLocation ? locationData(history) : percentileData(history)),
    [history, byLocation],
  );
  const lowerLines = useMemo(
    () => (byLocation ? locationLines(history.locations.map(({ location }) => location)) : percentileLines),
    [history, byLocation],
  );
  const shownValue = useCallback(
    (series: readonly (number | null)[]) => (cursor === null ? meanOf(series) : (series[cursor] ?? null)),
    [cursor],
  );
  const at = cursor === null ? null : periodText(history, cursor, format);
  const meanMs = meanOf(history.meanMs);
  const shared = { bands, range, syncKey, onZoom, onCursor: setCursor };
  // A single result is its own percentile: the lower graph would repeat the upper one.
  const hasLower = byLocation || history.resolution !== "raw";
  return (
    <div>
      <Legend
        title={words.graph.byPhase}
        at={at}
        entries={phaseNames.map((name) => ({
          label: words.phases[name],
          mark: phaseMarks[name],
          valueMs: shownValue(history.phases[name]),
        }))}
      />
      <BandLane bands={bands} range={range} />
      <Plot
        {...shared}
        data={phases}
        lines={phaseLines}
        height={hasLower ? 210 : 300}
        description={words.graph.description(
          meanMs === null ? words.graph.noValue : format.milliseconds(meanMs),
          format.dateTime(range.fromMs),
          format.dateTime(range.toMs),
        )}
      />
      {hasLower ? (
        <div className="mt-4">
          <Legend
            title={byLocation ? words.graph.byLocation : words.graph.percentiles}
            at={at}
            entries={
              byLocation
                ? history.locations.map(({ location, meanMs: series }, index) => ({
                    label: location,
                    mark: locationMarks[index % locationMarks.length] ?? "",
                    valueMs: shownValue(series),
                  }))
                : [
                    { label: "p50", mark: "bg-accent", valueMs: shownValue(history.p50Ms) },
                    { label: "p95", mark: "bg-accent/35", valueMs: shownValue(history.p95Ms) },
                    { label: "p99", mark: "bg-ink-faint", valueMs: shownValue(history.p99Ms) },
                  ]
            }
          />
          <Plot
            {...shared}
            data={lower}
            lines={lowerLines}
            height={150}
            description={lowerDescription(lower, words.graph.percentiles, format.milliseconds)}
          />
        </div>
      ) : null}
      <AvailabilityStrip spans={spans} range={range} />
    </div>
  );
}

function periodText(history: History, period: number, format: ReturnType<typeof useFormat>): string {
  const start = history.startsAt[period];
  if (start === undefined) return "";
  return history.resolution === "day" ? format.day(start) : format.dateTime(start);
}

function lowerDescription(
  { series }: GraphData,
  title: string,
  formatMilliseconds: (durationMs: number) => string,
): string {
  const means = series.flatMap((values) => meanOf(values) ?? []);
  return [title, ...means.map(formatMilliseconds)].join(", ");
}
