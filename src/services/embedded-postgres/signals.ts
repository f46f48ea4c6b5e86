/** Signals that stop a PostgreSQL server (PostgreSQL manual, "Shutting Down the Server"). */
import { spawnSync } from "node:child_process";
import { findBinaries } from "./binaries.ts";

/**
 * SIGTERM waits for its clients, SIGINT ends them, SIGQUIT stops without writing back (PostgreSQL manual, "Shutting Down
 * the Server"). Windows has no signals: there `pg_ctl kill` stands in.
 */
export function signalServer(pid: number, signal: "SIGTERM" | "SIGINT" | "SIGQUIT" | "SIGKILL"): void {
  if (process.platform === "win32" && signal !== "SIGKILL") {
    spawnSync(findBinaries().pgCtl, ["kill", signal.replace("SIG", ""), String(pid)], { stdio: "ignore" });
    return;
  }
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
