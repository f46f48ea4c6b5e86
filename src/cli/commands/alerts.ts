/** `sitewire alerts`: explain who would be alerted, and why. */
import type { Command } from "commander";
import type { Explanation } from "../../apps/operations/explain-alerts.ts";
import { formatDuration } from "../../contract/duration.ts";
import { parseInstant, parseSeverity } from "../arguments.ts";
import { onDatabase } from "../on-database.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../terminal.ts";

interface ExplainOptions extends GlobalOptions {
  readonly at?: string;
  readonly severity: string;
  readonly json?: boolean;
}

export function addAlertsCommand(program: Command, terminal: Terminal): void {
  const alerts = program.command("alerts").description("explain who is alerted");
  alerts
    .command("explain")
    .description("show who would be alerted to an incident of a site, route by route, and why")
    .argument("<site>", "id, name or URL of the site")
    .option("--at <time>", "assume that it opens then, such as 2026-12-06T03:00Z (default: now)")
    .option("--severity <severity>", "down or degraded", "down")
    .option("--json", "print JSON")
    .action(async (site: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ExplainOptions>();
      const asked = {
        site,
        severity: parseSeverity(options.severity),
        atMs: parseInstant("--at", options.at) ?? Date.now(),
      };
      const { alertingOf, explainableSites } = await import("../../apps/wiring/alerting.ts");
      const { explainAlerts } = await import("../../apps/operations/explain-alerts.ts");
      const explanation = await onDatabase("alerts", invocationOf(terminal, options), async (opened) => {
        const { context, database } = opened;
        const stored = await database.maintenanceWindows.list();
        const windows = [...context.configuration.maintenance, ...stored.map(({ window }) => window)];
        const sites = await explainableSites(context, database);
        return explainAlerts({ routes: (await alertingOf(context)).routes, windows, sites }, asked);
      });
      const lines = options.json === true ? [JSON.stringify(explanation)] : formatExplanation(explanation);
      terminal.stdout.write(lines.map((line) => `${line}\n`).join(""));
    });
}

function formatExplanation({ site, routes, maintenance }: Explanation): readonly string[] {
  const lines = [
    `${site.name ?? site.url}${site.tags.length === 0 ? "" : `  tags: ${site.tags.join(", ")}`}`,
  ];
  for (const { route, index, taken, reason } of routes) {
    lines.push(`${taken ? "yes" : "no "}  route ${index + 1} to ${route.channels.join(", ")}: ${reason}`);
    if (!taken) continue;
    lines.push(`     alerted after ${formatDuration(route.wait)}`);
    for (const { after, channels } of route.escalate) {
      lines.push(`     after ${formatDuration(after)} without acknowledgement: ${channels.join(", ")}`);
    }
  }
  if (routes.every(({ taken }) => !taken)) lines.push("nobody would be alerted");
  if (maintenance !== null) {
    const until = new Date(maintenance.untilMs).toISOString();
    lines.push(`held back until ${until} by maintenance "${maintenance.name}"`);
  }
  return lines;
}
