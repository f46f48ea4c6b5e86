/** `sitewire maintenance`: plan work during which nobody is alerted. */
import type { Command } from "commander";
import type { MaintenanceWindow } from "../../../contract/alerting/maintenance-window.ts";
import { formatDuration } from "../../../contract/duration.ts";
import { onDatabase } from "../../on-database.ts";
import { personOf } from "../../person.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";

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
    .description("plan maintenance: no alerts are sent, results are still recorded");
  maintenance
    .command("list")
    .description("list the maintenance windows of sitewire.yaml and of the database")
    .option("--json", "print JSON lines")
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<WindowOptions>();
      const { listWindows } = await import("../../../apps/operations/alerting/silences.ts");
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
    .description("add a window, once or recurring, for all sites or those named")
    .argument("<name>", "name of the window")
    .requiredOption("--start <time>", 'local time at which it begins, such as "2026-12-06T02:00"')
    .requiredOption("--duration <duration>", "duration, such as 1h")
    .option("--timezone <zone>", "IANA time zone of --start and --rrule", "UTC")
    .option("--rrule <rule>", 'recurrence rule (RFC 5545), such as "FREQ=WEEKLY;BYDAY=SU"')
    .option("--tag <tag...>", "sites with one of these tags", [])
    .option("--site <site...>", "sites, by id, name or URL", [])
    .option("--by <name>", "who takes this action", personOf(terminal))
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<WindowOptions>();
      const { start, duration, timezone, rrule, tag, site, by } = options;
      const given = { name, start, duration, timezone, tags: [...tag], sites: [...site] };
      const { parseWindow } = await import("../../../apps/operations/alerting/parse-window.ts");
      const { addWindow } = await import("../../../apps/operations/alerting/silences.ts");
      const window = parseWindow(rrule === undefined ? given : { ...given, rrule });
      const added = await onDatabase("maintenance", invocationOf(terminal, options), ({ database }) =>
        addWindow(database, { window, createdBy: by ?? personOf(terminal) }),
      );
      terminal.stdout.write(`${added.id}  ${formatWindow(window)}\n`);
    });
  maintenance
    .command("remove")
    .description("remove a window from the database; the messages it held back are sent")
    .argument("<id>", "id, as listed")
    .action(async (id: string, _options: unknown, command: Command) => {
      const { removeWindow } = await import("../../../apps/operations/alerting/silences.ts");
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
