/** The sites that need no attention, in as much detail as the room left allows: cards, names, or a cell each. */
import { memo, useLayoutEffect, useRef, useState } from "react";
import type { SiteSummary } from "../../../src/contract/api/sites.ts";
import { shownStateOf, titleOf } from "../api/site-table.ts";
import { DayBar } from "../design/day-bar.tsx";
import { type ShownState, StateShape, stateColor } from "../design/state.tsx";
import { useFormat, useWords } from "../words/words.tsx";

interface Room {
  readonly widthPx: number;
  readonly heightPx: number;
}

const gapPx = 8;
const card = { widthPx: 220, heightPx: 68 };
const name = { widthPx: 168, heightPx: 30 };

export function Mosaic({ sites }: { readonly sites: readonly SiteSummary[] }) {
  const ref = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState<Room | null>(null);
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
      {room === null ? null : fits(sites.length, card, room) ? (
        <Grid sites={sites} size={card} show={Card} />
      ) : fits(sites.length, name, room) ? (
        <Grid sites={sites} size={name} show={Name} />
      ) : (
        <Cells sites={sites} room={room} />
      )}
    </div>
  );
}

function fits(count: number, size: Room, room: Room): boolean {
  const columns = Math.floor((room.widthPx + gapPx) / (size.widthPx + gapPx));
  const rows = Math.floor((room.heightPx + gapPx) / (size.heightPx + gapPx));
  return columns > 0 && columns * rows >= count;
}

function Grid({
  sites,
  size,
  show: Shown,
}: {
  readonly sites: readonly SiteSummary[];
  readonly size: Room;
  readonly show: typeof Card;
}) {
  return (
    <ul
      className="grid content-start"
      style={{
        gap: gapPx,
        gridTemplateColumns: `repeat(auto-fill, minmax(${size.widthPx}px, 1fr))`,
        gridAutoRows: size.heightPx,
      }}
    >
      {sites.map((site) => (
        <Shown key={site.id} site={site} />
      ))}
    </ul>
  );
}

const Card = memo(function Card({ site }: { readonly site: SiteSummary }) {
  const format = useFormat();
  return (
    <li className="flex min-w-0 flex-col justify-between rounded bg-surface px-3 py-2.5 ring-1 ring-inset ring-line">
      <p className="flex items-center gap-2 text-sm">
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

const Name = memo(function Name({ site }: { readonly site: SiteSummary }) {
  return (
    <li className="flex min-w-0 items-center gap-2 rounded bg-surface px-2.5 text-sm ring-1 ring-inset ring-line">
      <StateShape state={shownStateOf(site)} size={9} labelled />
      <span className="truncate">{titleOf(site)}</span>
    </li>
  );
});

/** Thousands of sites: one drawing, a path for each state. */
function Cells({ sites, room }: { readonly sites: readonly SiteSummary[]; readonly room: Room }) {
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

/** The largest cell with which all fit. */
function cellSize(count: number, { widthPx, heightPx }: Room): number {
  let sizePx = Math.max(3, Math.floor(Math.sqrt((widthPx * heightPx) / Math.max(1, count))));
  while (sizePx > 3 && Math.floor(widthPx / sizePx) * Math.floor(heightPx / sizePx) < count) sizePx -= 1;
  return Math.min(sizePx, 28);
}

/** Up fills its cell; what waits or rests is a small square in it. */
function cellPath(state: ShownState, x: number, y: number, sizePx: number): string {
  const insetPx = state === "up" ? Math.max(1, sizePx * 0.1) : sizePx * 0.3;
  const side = sizePx - 2 * insetPx;
  return `M${x + insetPx} ${y + insetPx}h${side}v${side}h-${side}z`;
}
