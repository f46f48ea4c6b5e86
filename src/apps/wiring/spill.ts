/** Where a monitor keeps results that it can't store before it ends. */
import { resolve } from "node:path";
import type { ResultSpill } from "../../core/scheduling/spilled-results.ts";
import { createSpillFolder } from "../../services/spill/spill-folder.ts";
import type { AppContext } from "./invocation.ts";

/** Several times what a full buffer of results takes. */
const SPILL_BYTES_AT_MOST = 134_217_728;

export function openSpill({ configuration, invocation, log }: AppContext): ResultSpill {
  const folder = resolve(invocation.workingDirectory, configuration.dataFolder, "unstored-results");
  return createSpillFolder({ folder, maxBytes: SPILL_BYTES_AT_MOST, log });
}
