/** Opens the folder for results that a monitor cannot store before shutdown. */
import { resolve } from "node:path";
import type { ResultSpill } from "../../core/scheduling/spilled-results.ts";
import { createSpillFolder } from "../../services/spill/spill-folder.ts";
import type { AppContext } from "./invocation.ts";

/** Several times the size of a full result buffer. */
const SPILL_BYTES_AT_MOST = 134_217_728;

export function openSpill({ configuration, invocation, log }: AppContext): ResultSpill {
  const folder = resolve(invocation.workingDirectory, configuration.dataFolder, "unstored-results");
  return createSpillFolder({ folder, maxBytes: SPILL_BYTES_AT_MOST, log });
}
