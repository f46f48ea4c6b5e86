/** `sitewire maintenance`: plan work during which nobody is alerted. */
import type { Command } from "commander";
import type { ListedWindow } from "../../../apps/operations/alerting/maintenance.ts";
import type { MaintenanceWindow } from "../../../contract/alerting/maintenance-window.ts";
import { formatDuration } from "../../../contract/duration.ts";
import { changedBy } from "../../changed-by.ts";
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
    .option(
      "--former",
      "list windows as they were before a change or a removal, whose times reports still exclude",
    )
    .option("--json", "print JSON lines")
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<WindowOptions & { readonly former?: true }>();
      const { listFormerMaintenance, listMaintenance } = await import(
        "../../../apps/operations/alerting/maintenance.ts"
      );
      const all = await onDatabase("maintenance", invocationOf(terminal, options), async (opened) => {
        const { maintenanceWindows } = opened.database;
        if (options.former === true) return await listFormerMaintenance({ maintenanceWindows });
        const fileWindows = opened.context.configuration.maintenance;
        return await listMaintenance({ maintenanceWindows, fileWindows });
      });
      for (const listed of all) {
        terminal.stdout.write(
          options.json === true ? `${JSON.stringify(jsonOf(listed))}\n` : formatListed(listed),
        );
      }
      if (all.length > 0 || options.json === true) return;
      terminal.stderr.write(options.former === true ? "no former windows\n" : "no maintenance is planned\n");
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
      const { addMaintenance } = await import("../../../apps/operations/alerting/maintenance.ts");
      const window = parseWindow(rrule === undefined ? given : { ...given, rrule });
      const { recordChange } = await import("../../../apps/operations/accounts/audit.ts");
      const { maintenanceChanged } = await import("../../../apps/operations/accounts/changes.ts");
      const added = await onDatabase("maintenance", invocationOf(terminal, options), async ({ database }) => {
        const after = await addMaintenance(database, window, by ?? personOf(terminal));
        const change = maintenanceChanged("maintenance.added", after.id, { before: null, after });
        await recordChange(database, changedBy(terminal), change);
        return after;
      });
      terminal.stdout.write(`${added.id}  ${formatWindow(window)}\n`);
    });
  maintenance
    .command("remove")
    .description(
      "remove a window from now on; the messages it held back are sent. Its past stays in reports until you remove it from the former windows as well",
    )
    .argument("<id>", "id, as listed")
    .action(async (id: string, _options: unknown, command: Command) => {
      const { listFormerMaintenance, listMaintenance, removeNamedMaintenance } = await import(
        "../../../apps/operations/alerting/maintenance.ts"
      );
      const { systemClock: clock } = await import("../../../apps/wiring/clock.ts");
      const invocation = invocationOf(terminal, command.optsWithGlobals<GlobalOptions>());
      const { recordChange } = await import("../../../apps/operations/accounts/audit.ts");
      const { maintenanceChanged } = await import("../../../apps/operations/accounts/changes.ts");
      await onDatabase("maintenance", invocation, async ({ database }) => {
        const { maintenanceWindows } = database;
        const known = [
          ...(await listMaintenance({ maintenanceWindows, fileWindows: [] })),
          ...(await listFormerMaintenance({ maintenanceWindows })),
        ];
        const before = known.find((each) => each.id === id.toLowerCase()) ?? null;
        await removeNamedMaintenance({ maintenanceWindows, clock }, id);
        const change = maintenanceChanged("maintenance.removed", id.toLowerCase(), { before, after: null });
        await recordChange(database, changedBy(terminal), change);
      });
      terminal.stdout.write(`removed ${id}\n`);
    });
}

function jsonOf({ id, source, window, endedAtMs }: ListedWindow): object {
  const ended = endedAtMs === null ? {} : { endedAt: new Date(endedAtMs).toISOString() };
  return { id: source === "file" ? "sitewire.yaml" : id, ...window, ...ended };
}

function formatListed(listed: ListedWindow): string {
  const { id, source, window, endedAtMs } = listed;
  const ended = endedAtMs === null ? "" : `  until ${new Date(endedAtMs).toISOString()}`;
  return `${source === "file" ? "sitewire.yaml" : id}  ${formatWindow(window)}${ended}\n`;
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
