/** Converts the configured retention times to a retention policy. */
import type { Configuration } from "../../contract/settings/configuration.ts";
import type { RetentionPolicy } from "../../core/recording/ports.ts";

export function retentionPolicy({ retention }: Pick<Configuration, "retention">): RetentionPolicy {
  return {
    keepResultsMs: retention.results,
    keepHourlyMs: retention.hourly,
    keepDailyMs: retention.daily,
  };
}
