/**
 * A contender that is a Node program of ours: a process that is told what to check over IPC. It is compiled first, so
 * that what is measured is what is released.
 */
import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Contender } from "./contest.ts";
import { cpuSeconds, peakMegabytes } from "./process-usage.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** Compiles the programs of this folder; returns where, and how to clean up. */
export function compilePrograms(...programs: readonly string[]): { folder: string; remove: () => void } {
  const folder = mkdtempSync(path.join(repository, "node_modules", ".sitewire-bench-"));
  const configuration = {
    extends: path.join(repository, "tsconfig.json"),
    compilerOptions: { noEmit: false, rootDir: repository, outDir: folder, noUnusedLocals: false },
    include: [
      ...programs.map((program) => path.join(repository, "bench/check", program)),
      // Started by its path, so that no import leads to it.
      path.join(repository, "src/services/searching/search-worker.ts"),
    ],
  };
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(configuration));
  writeFileSync(path.join(folder, "package.json"), '{"type":"module"}');
  symlinkSync(path.join(repository, "node_modules"), path.join(folder, "node_modules"));
  execFileSync("tsc", ["--project", path.join(folder, "tsconfig.json")], { stdio: "inherit" });
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

/** `program` is a compiled file that calls `serveRuns`. */
export function ownProcess(program: string): Contender {
  return async (target, checks) => {
    const child = fork(program, { execArgv: [], env: { PATH: process.env.PATH } });
    const pid = child.pid ?? 0;
    try {
      const run = async (count: number): Promise<void> => {
        child.send({ target, checks: count });
        const [answer] = await Promise.race([once(child, "message"), once(child, "exit")]);
        if (answer !== "done") throw new Error(`${path.basename(program)} failed: ${JSON.stringify(answer)}`);
      };
      await run(Math.ceil(checks / 4));
      const cpuBefore = cpuSeconds(pid);
      const began = performance.now();
      await run(checks);
      return {
        checksPerCpuSecond: checks / (cpuSeconds(pid) - cpuBefore),
        checksPerSecond: checks / ((performance.now() - began) / 1000),
        peakMegabytes: peakMegabytes(pid),
      };
    } finally {
      child.kill("SIGKILL");
    }
  };
}
