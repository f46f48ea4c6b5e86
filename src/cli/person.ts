/** Who works at this terminal, for timelines: the name of the account. */
import type { Terminal } from "./terminal.ts";

export function personOf({ environment: { USER, LOGNAME } }: Terminal): string {
  return USER || LOGNAME || "command line";
}
