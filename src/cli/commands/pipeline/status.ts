/** `sitewire status`: show backlog, lag and health. */
import type { Command } from "commander";
import type { PipelineStatus } from "../../../core/diagnosis/status.ts";
import { formatAge, formatBacklog } from "../../backlog-line.ts";
import { onDatabase } from "../../on-database.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";

export function addStatusCommand(program: Command, terminal: Terminal): void {
  program
    .command("status")
    .description("show outbox backlog, consumer lag and dead letters; exit 1 if any is unavailable")
    .argument("[url...]", "sites that an app watches by its command line")
    .option("--json", "print JSON")
    .action(async (urls: string[], _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { json?: boolean }>();
      const { readStatus } = await import("../../../apps/operations/pipeline/status.ts");
      const { systemClock: clock } = await import("../../../apps/wiring/clock.ts");
      const { withEventLog } = await import("../../../apps/wiring/event-log/opening-event-log.ts");
      const { namedSites } = await import("../../../apps/wiring/sites/watched-sites.ts");
      const { signal } = terminal;
      const status = await onDatabase("status", invocationOf(terminal, options), async (opened) => {
        const { context, database, description } = opened;
        const queue = database.outboxQueue({ afterParked: context.configuration.outbox.afterParked });
        return await withEventLog(context, opened, (eventLog) =>
          readStatus(
            { database, description, queue, eventLog, clock, signal },
            { namedSites: namedSites(context, { urls }).sites },
          ),
        );
      });
      terminal.stdout.write(options.json === true ? `${JSON.stringify(status)}\n` : formatStatus(status));
      terminal.setExitCode(status.failure === null ? 0 : 1);
    });
}

function formatStatus(status: PipelineStatus): string {
  const { sites, consumer, openDeadLetters, newestResultAgeMs, failure } = status;
  const newest = newestResultAgeMs === null ? "none yet" : `checked ${formatAge(newestResultAgeMs)} ago`;
  const rows = [
    ["database", status.database],
    ["event log", status.eventLog],
    ["sites", formatSites(sites)],
    [
      "outbox",
      `${formatBacklog(status.outbox)}${hint(status.outbox.parked, "outbox list --parked; sitewire outbox retry --all")}`,
    ],
    [
      "consumer",
      consumer === null ? "unknown" : `${consumer.lag} behind in ${consumer.partitions} partitions`,
    ],
    ["newest result", newest],
    [
      "dead letters",
      openDeadLetters === null
        ? "unknown"
        : `${openDeadLetters}${hint(openDeadLetters, "dead-letters list")}`,
    ],
    ...(failure === null ? [] : [["problem", `${failure}; run: sitewire doctor`]]),
  ];
  return rows.map(([name = "", text = ""]) => `${name.padEnd(15)}${text}\n`).join("");
}

function formatSites({ enabled, disabled, outsideTable }: PipelineStatus["sites"]): string {
  const outside = outsideTable === 0 ? "" : `, ${outsideTable} of them named outside the table`;
  return `${enabled} enabled${outside}; ${disabled} disabled`;
}

/** The command to run when `count` is not 0. */
function hint(count: number, command: string): string {
  return count === 0 ? "" : `; run: sitewire ${command}`;
}
