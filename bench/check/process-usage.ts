/** CPU time and peak memory of a process, as Linux counts them. */
import { readFileSync } from "node:fs";

/** USER_HZ, the unit of /proc, is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** User and system time so far, seconds; of its ended children where asked for. */
export function cpuSeconds(pid: number, children = false): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name, in parentheses, may hold anything; see proc(5) for the rest.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const first = children ? 13 : 11;
  return (Number(fields[first]) + Number(fields[first + 1])) / TICKS_PER_SECOND;
}

/** The most memory the process has held at a time, in millions of bytes. */
export function peakMegabytes(pid: number): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  if (kibibytes === undefined) throw new Error(`process ${pid} has ended`);
  return (Number(kibibytes) * 1024) / 1e6;
}
