/** How uPlot draws the graphs of a site: one look, one axis of time, bands of trouble and maintenance behind. */
import type { Band, Hooks, Options, Series as PlotSeries } from "uplot";
import type { GraphColors } from "./colors.ts";
import { isolatedIndexes } from "./isolated-values.ts";
import { plotInset } from "./plot-inset.ts";
import type { TimeRange } from "./range.ts";
import { timeLabels } from "./time-axis.ts";
import type { TimeBand } from "./time-bands.ts";

export interface PlotLine {
  readonly color: string;
  /** Fills down to the next line, or to zero for the last. */
  readonly fill: string | null;
  /** Pixels; 0 draws the fill only. */
  readonly width: number;
  readonly dash?: readonly number[];
}

export interface PlotSettings {
  readonly width: number;
  readonly height: number;
  /** The highest first. */
  readonly lines: readonly PlotLine[];
  readonly colors: GraphColors;
  readonly range: TimeRange;
  readonly bands: readonly TimeBand[];
  /** For `Intl`. */
  readonly locale: string;
  readonly formatMilliseconds: (durationMs: number) => string;
  /** Graphs of the same key share the cursor and the selection. */
  readonly syncKey: string;
  readonly onZoom: (range: TimeRange) => void;
  /** Called with the period under the cursor; null when it leaves. */
  readonly onCursor: (period: number | null) => void;
}

export function plotOptions(settings: PlotSettings): Options {
  const { width, height, lines, colors, range, locale, formatMilliseconds, syncKey } = settings;
  const font = `11px ${getComputedStyle(document.documentElement).fontFamily}`;
  const axis = { stroke: colors["ink-faint"], font, ticks: { show: false } };
  return {
    width,
    height,
    padding: [8, plotInset.right, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: syncKey, setSeries: false },
      drag: { x: true, y: false, setScale: false },
      points: { show: false },
      y: false,
    },
    scales: {
      x: { time: true, range: [range.fromMs / 1000, range.toMs / 1000] },
      y: { range: (_plot, _least, most) => [0, Number.isFinite(most) && most > 0 ? most * 1.12 : 100] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 26,
        gap: 6,
        space: 72,
        values: (_plot, splits, _axis, _space, stepSeconds) => [...timeLabels(splits, stepSeconds, locale)],
      },
      {
        ...axis,
        grid: { stroke: colors.line, width: 1 },
        size: plotInset.left,
        gap: 8,
        space: 34,
        values: (_plot, splits) => splits.map(formatMilliseconds),
      },
    ],
    series: [{}, ...lines.map(seriesOf)],
    bands: bandsOf(lines),
    hooks: hooksOf(settings),
  };
}

function seriesOf({ color, fill, width, dash }: PlotLine): PlotSeries {
  return {
    stroke: color,
    width,
    points: {
      show: true,
      size: 5,
      fill: color,
      filter: (plot, series) => isolatedIndexes(plot.data[series] ?? []),
    },
    ...(fill === null ? {} : { fill }),
    ...(dash === undefined ? {} : { dash: [...dash] }),
  };
}

/** A filled line reaches down to the next one, the last to zero. */
function bandsOf(lines: readonly PlotLine[]): Band[] {
  return lines
    .slice(0, -1)
    .flatMap(({ fill }, index): Band[] => (fill === null ? [] : [{ series: [index + 1, index + 2] }]));
}

function hooksOf({ bands, colors, onZoom, onCursor }: PlotSettings): Hooks.Arrays {
  const washes = {
    down: colors["down-wash"],
    degraded: colors["degraded-wash"],
    maintenance: colors["maintenance-wash"],
  };
  return {
    drawClear: [
      (plot) => {
        const { ctx, bbox } = plot;
        ctx.save();
        for (const { kind, fromMs, toMs } of bands) {
          const left = plot.valToPos(fromMs / 1000, "x", true);
          const right = plot.valToPos(toMs / 1000, "x", true);
          ctx.fillStyle = washes[kind];
          ctx.fillRect(left, bbox.top, Math.max(2, right - left), bbox.height);
        }
        ctx.restore();
      },
    ],
    setSelect: [
      (plot) => {
        const { left, width } = plot.select;
        if (width < 4) return;
        const range = {
          fromMs: plot.posToVal(left, "x") * 1000,
          toMs: plot.posToVal(left + width, "x") * 1000,
        };
        plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        onZoom(range);
      },
    ],
    setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
  };
}
