/** Incidents and maintenance above the graph, each where it lies on the axis of time; an incident leads to its page. */
import { Link } from "@tanstack/react-router";
import { classNames } from "../design/class-names.ts";
import { useFormat, useWords } from "../words/words.tsx";
import { plotInset } from "./plot-inset.ts";
import type { TimeRange } from "./range.ts";
import type { TimeBand } from "./time-bands.ts";

const fills: Readonly<Record<TimeBand["kind"], string>> = {
  down: "bg-down-fill",
  degraded: "bg-degraded-fill",
  maintenance: "bg-maintenance",
};

export function BandLane({
  bands,
  range,
}: {
  readonly bands: readonly TimeBand[];
  readonly range: TimeRange;
}) {
  const words = useWords();
  if (bands.length === 0) return null;
  return (
    <ul
      aria-label={words.graph.bands}
      className="relative mb-1 h-3"
      style={{ marginLeft: plotInset.left, marginRight: plotInset.right }}
    >
      {bands.map((band) => (
        <BandMark
          key={`${band.kind} ${band.incidentId ?? band.name} ${band.fromMs}`}
          band={band}
          range={range}
        />
      ))}
    </ul>
  );
}

function BandMark({ band, range }: { readonly band: TimeBand; readonly range: TimeRange }) {
  const words = useWords();
  const format = useFormat();
  const lengthMs = range.toMs - range.fromMs;
  const label = [
    band.name ?? words.states[band.kind],
    `${format.dateTime(band.fromMs)} – ${band.open ? words.graph.now : format.dateTime(band.toMs)}`,
    format.duration(band.toMs - band.fromMs),
  ].join(", ");
  const look = classNames("block h-full rounded-xs", fills[band.kind]);
  return (
    <li
      className="absolute h-3 min-w-1.5"
      style={{
        left: `${((band.fromMs - range.fromMs) / lengthMs) * 100}%`,
        width: `${((band.toMs - band.fromMs) / lengthMs) * 100}%`,
      }}
    >
      {band.incidentId === null ? (
        <span role="img" aria-label={label} title={label} className={look} />
      ) : (
        <Link
          to="/incidents/$id"
          params={{ id: band.incidentId }}
          aria-label={label}
          title={label}
          className={look}
        />
      )}
    </li>
  );
}
