/** What was seen over time, under the graph: green is not assumed where nothing was observed. */
import { classNames } from "../design/class-names.ts";
import { useFormat, useWords } from "../words/words.tsx";
import type { AvailabilitySpan, PeriodState } from "./availability.ts";
import { plotInset } from "./plot-inset.ts";
import type { TimeRange } from "./range.ts";

const fills: Readonly<Record<PeriodState, string>> = {
  up: "bg-up-fill",
  degraded: "bg-degraded-fill",
  down: "bg-down-fill",
  gap: "hatched",
  "not due": "bg-transparent",
};

export function AvailabilityStrip({
  spans,
  range,
}: {
  readonly spans: readonly AvailabilitySpan[];
  readonly range: TimeRange;
}) {
  const words = useWords();
  const format = useFormat();
  const lengthMs = range.toMs - range.fromMs;
  const shares = new Map<PeriodState, number>();
  for (const { state, fromMs, toMs } of spans) {
    shares.set(state, (shares.get(state) ?? 0) + (toMs - fromMs) / lengthMs);
  }
  const description = [...shares]
    .map(([state, share]) => `${words.graph.periods[state]} ${format.percent(share, 1)}`)
    .join(", ");
  return (
    <div
      role="img"
      aria-label={description}
      className="relative h-2.5 overflow-hidden rounded-xs"
      style={{ marginLeft: plotInset.left, marginRight: plotInset.right }}
    >
      {spans.map(({ state, fromMs, toMs, results, due }) => (
        <span
          key={fromMs}
          className={classNames("absolute inset-y-0 min-w-px", fills[state])}
          title={`${words.graph.periods[state]}: ${format.dateTime(fromMs)} – ${format.dateTime(toMs)}, ${words.graph.resultsOf(results, due)}`}
          style={{
            left: `${((fromMs - range.fromMs) / lengthMs) * 100}%`,
            width: `${((toMs - fromMs) / lengthMs) * 100}%`,
          }}
        />
      ))}
    </div>
  );
}
