/** Chooses location and range of the graph. */
import { ChevronLeft, ChevronRight, ZoomOut } from "lucide-react";
import { Button, IconButton } from "../design/button.tsx";
import { Select } from "../design/select.tsx";
import type { GraphSearch } from "../graph/graph-search.ts";
import { eachLocation } from "../graph/graph-search.ts";
import { moved, presets, searchOf, type TimeRange, usualPreset, widened } from "../graph/range.ts";
import { useWords } from "../words/words.tsx";

interface RangeToolbarProps {
  readonly locations: readonly string[];
  readonly search: GraphSearch;
  readonly range: TimeRange;
  readonly nowMs: number;
  readonly onSearch: (search: GraphSearch) => void;
}

export function RangeToolbar({ locations, search, range, nowMs, onSearch }: RangeToolbarProps) {
  const words = useWords();
  const { location, ...rangeSearch } = search;
  const keepLocation = location === undefined ? {} : { location };
  const show = (next: TimeRange) => onSearch({ ...searchOf(next), ...keepLocation });
  const wider = widened(range, nowMs);
  return (
    <div className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-2">
      <h2 className="mr-auto text-base font-semibold">{words.graph.title}</h2>
      {locations.length > 1 ? (
        <Select
          label={words.graph.location}
          value={location ?? ""}
          isSet={location !== undefined}
          options={[
            { value: "", label: words.graph.allLocations },
            { value: eachLocation, label: words.graph.eachLocation },
            ...locations.map((each) => ({ value: each, label: each })),
          ]}
          onChange={(chosen) => onSearch(chosen === "" ? rangeSearch : { ...rangeSearch, location: chosen })}
        />
      ) : null}
      <fieldset className="flex items-center" aria-label={words.graph.range}>
        {presets.map((preset) => (
          <Button
            key={preset}
            look="quiet"
            className="px-2"
            aria-pressed={rangeSearch.from === undefined && (rangeSearch.range ?? usualPreset) === preset}
            onClick={() =>
              onSearch({ ...(preset === usualPreset ? {} : { range: preset }), ...keepLocation })
            }
          >
            {words.graph.presets[preset]}
          </Button>
        ))}
      </fieldset>
      <div className="flex items-center">
        <IconButton label={words.graph.earlier} onClick={() => show(moved(range, -1, nowMs))}>
          <ChevronLeft size={16} aria-hidden />
        </IconButton>
        <IconButton
          label={words.graph.later}
          disabled={range.toMs >= nowMs}
          onClick={() => show(moved(range, 1, nowMs))}
        >
          <ChevronRight size={16} aria-hidden />
        </IconButton>
        <IconButton
          label={words.graph.zoomOut}
          disabled={wider === null}
          onClick={() => (wider ? show(wider) : undefined)}
        >
          <ZoomOut size={15} aria-hidden />
        </IconButton>
      </div>
    </div>
  );
}
