/** The sites that need no attention fill the room that is left: as cards, names, or a cell each, as large as fits. */
import { memo, useLayoutEffect, useRef, useState } from "react";
import type { SiteSummary } from "../../../src/contract/api/sites/sites.ts";
import { shownStateOf, titleOf } from "../api/site-table.ts";
import { DayBar } from "../design/day-bar.tsx";
import { type ShownState, StateShape, stateColor } from "../design/state.tsx";
import { useFormat, useWords } from "../words/words.tsx";

interface Tiling {
  readonly columns: number;
  readonly heightPx: number;
}

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

const gapPx = 8;
const smallestCard: Size = { widthPx: 200, heightPx: 62 };
const smallestName: Size = { widthPx: 132, heightPx: 28 };
const highestTilePx = 132;

export function Mosaic({ sites }: { readonly sites: readonly SiteSummary[] }) {
  const ref = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState<Size | null>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setRoom({ widthPx: element.clientWidth, heightPx: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={ref} className="min-h-0 flex-1 overflow-hidden">
      {room === null || sites.length === 0 ? null : <Filling sites={sites} room={room} />}
    </div>
  );
}

function Filling({ sites, room }: { readonly sites: readonly SiteSummary[]; readonly room: Size }) {
  const card = largestFitting(sites.length, smallestCard, room);
  if (card !== null) return <Grid sites={sites} tile={card} show={Card} />;
  const name = largestFitting(sites.length, smallestName, room);
  if (name !== null) return <Grid sites={sites} tile={name} show={Name} />;
  return <Cells sites={sites} room={room} />;
}

/** The number of columns with the highest tiles that lets all fit; null when they would be smaller than `smallest`. */
function largestFitting(count: number, smallest: Size, room: Size): Tiling | null {
  let best: Tiling | null = null;
  for (let columns = 1; columns <= count; columns += 1) {
    const widthPx = (room.widthPx - (columns - 1) * gapPx) / columns;
    if (widthPx < smallest.widthPx) break;
    const rows = Math.ceil(count / columns);
    const heightPx = Math.floor(
      Math.min(
        (room.heightPx - (rows - 1) * gapPx) / rows,
        // Its text grows with its height, and has to fit its width.
        (widthPx * smallest.heightPx) / smallest.widthPx,
        highestTilePx,
      ),
    );
    if (heightPx >= smallest.heightPx && (best === null || heightPx > best.heightPx))
      best = { columns, heightPx };
  }
  return best;
}

interface TileProps {
  readonly site: SiteSummary;
}

function Grid({
  sites,
  tile,
  show: Shown,
}: {
  readonly sites: readonly SiteSummary[];
  readonly tile: Tiling;
  readonly show: typeof Card;
}) {
  const smallest = Shown === Card ? smallestCard : smallestName;
  return (
    <ul
      className="grid content-start"
      style={{
        gap: gapPx,
        gridTemplateColumns: `repeat(${tile.columns}, minmax(0, 1fr))`,
        gridAutoRows: tile.heightPx,
        fontSize: Math.min(24, (13 * tile.heightPx) / smallest.heightPx),
      }}
    >
      {sites.map((site) => (
        <Shown key={site.id} site={site} />
      ))}
    </ul>
  );
}

const Card = memo(function Card({ site }: TileProps) {
  const format = useFormat();
  return (
    <li className="flex min-w-0 flex-col justify-between rounded bg-surface px-[0.9em] py-[0.7em] ring-1 ring-inset ring-line">
      <p className="flex items-center gap-[0.6em] leading-tight">
        <StateShape state={shownStateOf(site)} size={10} labelled />
        <span className="truncate font-medium">{titleOf(site)}</span>
        <span className="ml-auto shrink-0 text-ink-faint">
          {site.p95Ms === null ? "–" : format.milliseconds(site.p95Ms)}
        </span>
      </p>
      <DayBar day={site.day} wide />
    </li>
  );
});

const Name = memo(function Name({ site }: TileProps) {
  return (
    <li className="flex min-w-0 items-center gap-[0.6em] rounded bg-surface px-[0.8em] ring-1 ring-inset ring-line">
      <StateShape state={shownStateOf(site)} size={9} labelled />
      <span className="truncate leading-tight">{titleOf(site)}</span>
    </li>
  );
});

/** Thousands of sites: one drawing, a path for each state. */
function Cells({ sites, room }: { readonly sites: readonly SiteSummary[]; readonly room: Size }) {
  const words = useWords();
  const sizePx = cellSize(sites.length, room);
  const columns = Math.max(1, Math.floor(room.widthPx / sizePx));
  const paths = new Map<ShownState, string>();
  sites.forEach((site, index) => {
    const state = shownStateOf(site);
    const x = (index % columns) * sizePx;
    const y = Math.floor(index / columns) * sizePx;
    paths.set(state, (paths.get(state) ?? "") + cellPath(state, x, y, sizePx));
  });
  return (
    <svg width={room.widthPx} height={room.heightPx} role="img">
      <title>{words.wall.mosaic(sites.length)}</title>
      {[...paths].map(([state, path]) => (
        <path
          key={state}
          d={path}
          fill="currentColor"
          className={state === "up" ? "text-up-fill" : stateColor[state]}
        />
      ))}
    </svg>
  );
}

/** The largest cell with which all fit, in whole pixels. */
function cellSize(count: number, { widthPx, heightPx }: Size): number {
  const smallestPx = 3;
  let sizePx = Math.max(smallestPx, Math.floor(Math.sqrt((widthPx * heightPx) / count)));
  while (sizePx > smallestPx && Math.floor(widthPx / sizePx) * Math.floor(heightPx / sizePx) < count)
    sizePx -= 1;
  return sizePx;
}

/** Up fills its cell; what waits or rests is a small square in it. */
function cellPath(state: ShownState, x: number, y: number, sizePx: number): string {
  const insetPx = state === "up" ? Math.max(1, sizePx * 0.08) : sizePx * 0.3;
  const side = sizePx - 2 * insetPx;
  return `M${x + insetPx} ${y + insetPx}h${side}v${side}h-${side}z`;
}
