/** Names the lines of a graph; shows their values under the cursor, else their means over the range. */
import { useFormat, useWords } from "../words/words.tsx";

export interface LegendEntry {
  readonly label: string;
  /** A class that colours the mark. */
  readonly mark: string;
  readonly valueMs: number | null;
}

export function Legend({
  title,
  at,
  entries,
}: {
  readonly title: string;
  /** The instant under the cursor, as text; null shows means. */
  readonly at: string | null;
  readonly entries: readonly LegendEntry[];
}) {
  const words = useWords();
  const format = useFormat();
  return (
    <div className="mb-1 flex min-h-5 flex-wrap items-baseline gap-x-4 gap-y-0.5 text-xs text-ink-muted">
      <h3 className="font-medium text-ink">{title}</h3>
      {entries.map(({ label, mark, valueMs }) => (
        <span key={label} className="inline-flex items-baseline gap-1.5 whitespace-nowrap">
          <span className={`size-2 self-center rounded-xs ${mark}`} aria-hidden />
          {label}
          <span className="text-ink">{valueMs === null ? "–" : format.milliseconds(valueMs)}</span>
        </span>
      ))}
      <span className="ml-auto text-ink-faint max-sm:ml-0">{at ?? words.graph.means}</span>
    </div>
  );
}
