/** What a process and all its descendants use, as Linux counts it (proc(5)). */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** USER_HZ, the unit of /proc, is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const SAMPLE_MS = 1000;

interface TreeUse {
  /** Processor time, ended descendants included. */
  readonly cpuSecondsPerMinute: number;
  /** Proportional set size at the end: pages that processes share are counted once. */
  readonly pssMegabytes: number;
  readonly peakPssMegabytes: number;
}

/** Watches the tree below `root` for a while. */
export async function useOfTree(root: number, durationMs: number): Promise<TreeUse> {
  const before = cpuOf(root);
  const endMs = performance.now() + durationMs;
  let peak = 0;
  let pss = 0;
  while (performance.now() < endMs) {
    pss = treeOf(root).reduce((sum, pid) => sum + pssOf(pid), 0);
    peak = Math.max(peak, pss);
    await delay(SAMPLE_MS);
  }
  const cpuSeconds = cpuOf(root) - before;
  return {
    cpuSecondsPerMinute: (cpuSeconds * 60_000) / durationMs,
    pssMegabytes: pss,
    peakPssMegabytes: peak,
  };
}

/** Processor seconds of the tree below `root`, ended descendants included. */
export function cpuOf(root: number): number {
  return treeOf(root).reduce((sum, pid) => {
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = statusOf(pid).slice(11, 15).map(Number);
    return sum + (user + system + endedUser + endedSystem) / TICKS_PER_SECOND;
  }, 0);
}

function treeOf(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const parent = Number(statusOf(pid)[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const below = (pid: number): readonly number[] => [pid, ...(children.get(pid) ?? []).flatMap(below)];
  return below(root);
}

function pssOf(pid: number): number {
  try {
    const kibibytes = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
    return (Number(kibibytes ?? 0) * 1024) / 1e6;
  } catch {
    return 0;
  }
}

/** The fields after the name, which may hold anything; none where the process has ended. */
function statusOf(pid: number): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}
