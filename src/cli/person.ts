/** The name of the account that runs the command, for timelines. */
import type { Terminal } from "./terminal.ts";

export function personOf({ environment: { USER, LOGNAME } }: Terminal): string {
  return USER || LOGNAME || "command line";
}
