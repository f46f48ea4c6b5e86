/**
 * Configures V8's heap for a process that runs checks and allocates thousands of short-lived objects a second. By
 * default V8 lets the heap grow to several times the live size before it collects (docs/performance.md).
 */
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** Each survives the next collection, so that V8 grows the young generation. */
const BALLAST_ITEMS = 4096;
const MOST_BALLAST = 4096;

export interface HeapBounds {
  /** A half of the young generation, where objects are made: 4 or 16 MiB. Throughput wants more, an idle process less. */
  readonly semiSpaceMebibytes: 4 | 16;
}

/**
 * Call it as soon as the program is loaded, because it fixes the size of the young generation. V8 reads these settings
 * at each garbage collection, so they take effect at once. They only change when V8 collects and where it allocates.
 * `src/cli/main.ts` has kept the young generation from growing while modules load: V8 does not shrink it in a busy
 * process.
 */
export function keepHeapSmall({ semiSpaceMebibytes }: HeapBounds): void {
  growYoungGeneration(2 * semiSpaceMebibytes * 1024 * 1024);
  // Collect the old generation when it has grown by this much.
  setFlagsFromString("--heap-growing-percent=30");
  // Do not allocate in the old generation by call site: objects that survive start-up are not typical.
  setFlagsFromString("--no-allocation-site-pretenuring");
  // Threads that help keep megabytes of their own, and so small a space needs no help.
  if (semiSpaceMebibytes === 4) setFlagsFromString("--no-parallel-scavenge");
}

/** V8 grows it at a collection that many objects survive, by a factor that it reads then. */
function growYoungGeneration(sizeBytes: number): void {
  setFlagsFromString("--semi-space-growth-factor=4");
  const ballast: unknown[] = [];
  while (youngGenerationBytes() < sizeBytes && ballast.length < MOST_BALLAST) {
    ballast.push(new Array(BALLAST_ITEMS).fill(null));
  }
  setFlagsFromString("--semi-space-growth-factor=1");
}

function youngGenerationBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space")?.space_size ?? 0;
}
