/** The raw limit: wrk, which is C and looks at nothing, closing every connection. It runs by time, not by count. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { CONCURRENCY, type Contender } from "./contest.ts";
import { peakMegabytes } from "./process-usage.ts";

const SECONDS = 3;
const SAMPLED_EVERY_MS = 100;

export const wrk: Contender = async ({ url }) => {
  const args = ["-c", String(CONCURRENCY), "-t", "1", "-d", `${SECONDS}s`, "-H", "Connection: close", url];
  // The shell says at its end what its child took; its own part is nothing.
  const shell = spawn("bash", ["-c", 'wrk "$@" & echo "pid $!"; wait; times', "bash", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  let peak = 0;
  shell.stdout.setEncoding("utf8").on("data", (part: string) => {
    output += part;
  });
  const sampling = setInterval(() => {
    const pid = Number(/^pid (\d+)$/m.exec(output)?.[1]);
    if (pid > 0)
      peak = Math.max(
        peak,
        safely(() => peakMegabytes(pid)),
      );
  }, SAMPLED_EVERY_MS);
  await once(shell, "close");
  clearInterval(sampling);
  const requests = Number(/(\d+) requests in/.exec(output)?.[1]);
  if (!(requests > 0)) throw new Error(`wrk failed: ${output}`);
  return {
    checksPerCpuSecond: requests / childrenSeconds(output),
    checksPerSecond: requests / SECONDS,
    peakMegabytes: peak,
  };
};

/** The last line of `times`: user and system time of the children, as in `0m1.234s 0m5.678s`. */
function childrenSeconds(output: string): number {
  const times = [...(output.trim().split("\n").at(-1) ?? "").matchAll(/(\d+)m([\d.]+)s/g)];
  return times.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}

/** The process may be gone by now. */
function safely(read: () => number): number {
  try {
    return read();
  } catch {
    return 0;
  }
}
