/** One canvas of uPlot, made anew when its settings change and resized with its container. */
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useFormat, useLocale } from "../words/words.tsx";
import { type GraphColors, readColors, useAppearance } from "./colors.ts";
import type { GraphData } from "./graph-data.ts";
import { type PlotLine, plotOptions } from "./plot-options.ts";
import type { TimeRange } from "./range.ts";
import type { TimeBand } from "./time-bands.ts";

interface PlotProps {
  readonly data: GraphData;
  readonly lines: (colors: GraphColors) => readonly PlotLine[];
  readonly bands: readonly TimeBand[];
  readonly range: TimeRange;
  readonly height: number;
  readonly syncKey: string;
  /** What the graph shows, in words: a canvas says nothing to a screen reader. */
  readonly description: string;
  readonly onZoom: (range: TimeRange) => void;
  readonly onCursor: (period: number | null) => void;
}

export function Plot(props: PlotProps) {
  const { data, lines, bands, range, height, syncKey, description } = props;
  const container = useRef<HTMLDivElement>(null);
  const width = useWidth(container);
  const appearance = useAppearance();
  const format = useFormat();
  const locale = useLocale();
  const zoom = useEffectEvent(props.onZoom);
  const moveCursor = useEffectEvent(props.onCursor);
  useEffect(() => {
    const element = container.current;
    if (element === null || width === 0) return;
    // Read for each theme.
    void appearance;
    const colors = readColors(element);
    const plot = new uPlot(
      plotOptions({
        width,
        height,
        lines: lines(colors),
        colors,
        range,
        bands,
        locale,
        formatMilliseconds: format.milliseconds,
        syncKey,
        onZoom: (next) => zoom(next),
        onCursor: (period) => moveCursor(period),
      }),
      [[...data.seconds], ...data.series.map((series) => [...series])],
      element,
    );
    return () => plot.destroy();
  }, [data, lines, bands, range, height, syncKey, width, appearance, format, locale]);
  return <div ref={container} role="img" aria-label={description} style={{ height }} />;
}

function useWidth(container: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = container.current;
    if (element === null) return;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [container]);
  return width;
}
