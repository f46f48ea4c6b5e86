/** `sitewire maintenance`: planned work, in which nobody is alerted. */
import type { Command } from "commander";
import { formatDuration } from "../../contract/duration.ts";
import type { MaintenanceWindow } from "../../contract/maintenance-window.ts";
import { onDatabase } from "../on-database.ts";
import { personOf } from "../person.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../terminal.ts";

interface WindowOptions extends GlobalOptions {
  readonly start: string;
  readonly duration: string;
  readonly timezone: string;
  readonly rrule?: string;
  readonly tag: readonly string[];
  readonly site: readonly string[];
  readonly by?: string;
  readonly json?: boolean;
}

export function addMaintenanceCommand(program: Command, terminal: Terminal): void {
  const maintenance = program
    .command("maintenance")
    .description("planned work: no alerts, results are still recorded");
  maintenance
    .command("list")
    .description("list the windows of sitewire.yaml and of the table")
    .option("--json", "print JSON lines")
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<WindowOptions>();
      const { listWindows } = await import("../../apps/operations/silences.ts");
      const all = await onDatabase("maintenance", invocationOf(terminal, options), async (opened) => [
        ...opened.context.configuration.maintenance.map((window) => ({ id: "sitewire.yaml", window })),
        ...(await listWindows(opened.database)),
      ]);
      for (const { id, window } of all) {
        const line =
          options.json === true ? JSON.stringify({ id, ...window }) : `${id}  ${formatWindow(window)}`;
        terminal.stdout.write(`${line}\n`);
      }
      if (all.length === 0 && options.json !== true) terminal.stderr.write("no maintenance is planned\n");
    });
  maintenance
    .command("add")
    .description("plan a window, once or recurring; for all sites where none is named")
    .argument("<name>", "what people call it")
    .requiredOption("--start <time>", 'when it begins on the wall clock, such as "2026-12-06T02:00"')
    .requiredOption("--duration <duration>", "how long it lasts, such as 1h")
    .option("--timezone <zone>", "an IANA time zone", "UTC")
    .option("--rrule <rule>", 'how it recurs (RFC 5545), such as "FREQ=WEEKLY;BYDAY=SU"')
    .option("--tag <tag...>", "for sites with one of these tags", [])
    .option("--site <site...>", "for these sites, by id, name or URL", [])
    .option("--by <name>", "who does it", personOf(terminal))
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<WindowOptions>();
      const { start, duration, timezone, rrule, tag, site, by } = options;
      const given = { name, start, duration, timezone, tags: [...tag], sites: [...site] };
      const { parseWindow } = await import("../../apps/operations/parse-window.ts");
      const { addWindow } = await import("../../apps/operations/silences.ts");
      const window = parseWindow(rrule === undefined ? given : { ...given, rrule });
      const added = await onDatabase("maintenance", invocationOf(terminal, options), ({ database }) =>
        addWindow(database, { window, createdBy: by ?? personOf(terminal) }),
      );
      terminal.stdout.write(`${added.id}  ${formatWindow(window)}\n`);
    });
  maintenance
    .command("remove")
    .description("take a window out of the table: what it held is sent")
    .argument("<id>", "as listed")
    .action(async (id: string, _options: unknown, command: Command) => {
      const { removeWindow } = await import("../../apps/operations/silences.ts");
      const invocation = invocationOf(terminal, command.optsWithGlobals<GlobalOptions>());
      await onDatabase("maintenance", invocation, ({ database }) => removeWindow(database, id));
      terminal.stdout.write(`removed ${id}\n`);
    });
}

function formatWindow({ name, start, duration, timezone, rrule, tags, sites }: MaintenanceWindow): string {
  const scope = [...tags.map((tag) => `tag ${tag}`), ...sites.map((site) => `site ${site}`)];
  return [
    `"${name}"`,
    rrule === undefined ? `once, ${start}` : `${rrule} from ${start}`,
    timezone,
    `for ${formatDuration(duration)}`,
    scope.length === 0 ? "all sites" : scope.join(", "),
  ].join("  ");
}
