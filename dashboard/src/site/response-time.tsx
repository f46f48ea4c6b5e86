/** Response time over the range and the location in the address. */
import type { GraphSearch } from "../graph/graph-search.ts";
import { searchOf } from "../graph/range.ts";
import { ResponseGraph } from "../graph/response-graph.tsx";
import { useRange } from "../graph/use-range.ts";
import { useWords } from "../words/words.tsx";
import { RangeToolbar } from "./range-toolbar.tsx";

interface ResponseTimeProps {
  readonly siteId: string;
  readonly locations: readonly string[];
  readonly search: GraphSearch;
  readonly onSearch: (search: GraphSearch) => void;
}

export function ResponseTime({ siteId, locations, search, onSearch }: ResponseTimeProps) {
  const words = useWords();
  const { range, nowMs } = useRange(search);
  const { location } = search;
  return (
    <section aria-label={words.graph.title} className="min-w-0">
      <RangeToolbar locations={locations} search={search} range={range} nowMs={nowMs} onSearch={onSearch} />
      <ResponseGraph
        siteId={siteId}
        range={range}
        location={location}
        nowMs={nowMs}
        onRange={(next) => onSearch({ ...searchOf(next), ...(location === undefined ? {} : { location }) })}
      />
    </section>
  );
}
