/** The server's clock. */

import type { ReferenceClock } from "../../core/scheduling/clock-comparison.ts";
import { millisecondsOf } from "./connecting/instants.ts";
import type { SqlService } from "./connecting/sql.ts";

const NOW = `SELECT ${millisecondsOf("clock_timestamp()", "nowMs")}`;

export function serverClock(service: SqlService): ReferenceClock {
  return {
    async nowMs() {
      const [row] = await service.rows<{ nowMs: number }>(NOW);
      if (row === undefined) throw new Error("a SELECT without FROM returned no row");
      return row.nowMs;
    },
  };
}
