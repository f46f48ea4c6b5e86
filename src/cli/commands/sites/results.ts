/** `sitewire results`: list recorded results. */
import type { Command } from "commander";
import { parseDuration } from "../../../core/sites/site-arguments.ts";
import { parseLimit } from "../../arguments.ts";
import { onDatabase } from "../../on-database.ts";
import { resultPrinter } from "../../print-results.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";

interface ResultsOptions extends GlobalOptions {
  readonly site?: string;
  readonly since?: string;
  readonly limit: string;
  readonly json?: boolean;
}

export function addResultsCommand(program: Command, terminal: Terminal): void {
  program
    .command("results")
    .description("list recorded results, newest first")
    .option("--site <site>", "only results of this site, by id, name or URL")
    .option("--since <duration>", "only results of the last duration, such as 1h")
    .option("--limit <count>", "at most this many", "100")
    .option("--json", "print JSON lines")
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ResultsOptions>();
      const filter = {
        site: options.site,
        sinceMs: parseDuration("--since", options.since),
        limit: parseLimit(options.limit),
      };
      const { listResults } = await import("../../../apps/operations/sites/results.ts");
      const { systemClock: clock } = await import("../../../apps/wiring/clock.ts");
      const results = await onDatabase("results", invocationOf(terminal, options), ({ database }) =>
        listResults({ database, clock }, filter),
      );
      resultPrinter(terminal, options.json ?? false)(results);
      if (results.length === 0 && options.json !== true) terminal.stderr.write("no results yet\n");
    });
}
