/** A log for benches: what goes wrong is still said. */
import { createLog } from "../src/services/telemetry/log.ts";

export const quietLog = createLog({ level: "warn", app: "bench", stream: process.stderr });
