/** The phases of a check as they happen: name, what was seen, duration, and a bar on the common axis of time. */
import type { Timings } from "../../../src/contract/checks/check-result.ts";
import { useFormat, useWords } from "../words/words.tsx";
import { type WaterfallBar, type WaterfallPhase, waterfall } from "./waterfall.ts";

const phaseFill: Readonly<Record<WaterfallPhase, string>> = {
  dns: "bg-phase-dns",
  connect: "bg-phase-connect",
  tls: "bg-phase-tls",
  firstByte: "bg-phase-first-byte",
  download: "bg-phase-download",
};

/** `phases` of a stream that may still be running, or of a recorded result by `phasesOf`. */
export function PhaseList({
  phases,
  running = false,
}: {
  readonly phases: Parameters<typeof waterfall>[0];
  readonly running?: boolean;
}) {
  const words = useWords();
  const bars = waterfall(phases);
  return (
    <ol className="flex flex-col gap-px text-sm" aria-label={words.checking.phases}>
      {bars.map((bar, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: phases repeat with redirects and only ever follow
        <PhaseRow key={index} bar={bar} />
      ))}
      {running ? (
        <li className="flex h-7 items-center gap-3 text-ink-faint" aria-live="polite">
          <span className="size-2 animate-pulse rounded-full bg-accent" aria-hidden />
          {words.checking.waiting}
        </li>
      ) : null}
    </ol>
  );
}

function PhaseRow({ bar }: { readonly bar: WaterfallBar }) {
  const words = useWords();
  const format = useFormat();
  return (
    <li className="grid min-h-7 grid-cols-[7rem_1fr_4.5rem] items-center gap-x-3 sm:grid-cols-[7rem_minmax(0,1fr)_minmax(0,12rem)_4.5rem]">
      <span className="flex items-center gap-2 text-ink-muted">
        <span className={`size-2 shrink-0 rounded-xs ${phaseFill[bar.name]}`} aria-hidden />
        {words.phases[bar.name]}
      </span>
      <span className="h-2" aria-hidden>
        <span
          className={`block h-2 min-w-0.5 rounded-xs ${phaseFill[bar.name]}`}
          style={{ marginLeft: `${bar.start * 100}%`, width: `${bar.width * 100}%` }}
        />
      </span>
      <span
        className="truncate text-right text-xs text-ink-faint max-sm:hidden"
        title={bar.detail ?? undefined}
      >
        {bar.detail}
      </span>
      <span className="text-right">{format.milliseconds(bar.durationMs)}</span>
    </li>
  );
}

/** The phases of a recorded result; those that did not take place are omitted. */
export function phasesOf(timings: Timings): { readonly name: WaterfallPhase; readonly ms: number }[] {
  const all = [
    ["dns", timings.dnsMs],
    ["connect", timings.connectMs],
    ["tls", timings.tlsMs],
    ["firstByte", timings.firstByteMs],
    ["download", timings.downloadMs],
  ] as const;
  return all.flatMap(([name, ms]) => (ms === null ? [] : [{ name, ms }]));
}

/** The phases side by side, as long as the response took compared with `longestMs`. */
export function PhaseBar({ timings, longestMs }: { readonly timings: Timings; readonly longestMs: number }) {
  return (
    <span className="flex h-1.5 overflow-hidden rounded-xs" aria-hidden>
      {phasesOf(timings).map(({ name, ms }) => (
        <span key={name} className={phaseFill[name]} style={{ width: `${(ms / longestMs) * 100}%` }} />
      ))}
    </span>
  );
}
