/** `sitewire alerts`: explain who would be alerted, and why. */
import type { Command } from "commander";
import type { ExplainedOnCall, Explanation } from "../../../apps/operations/alerting/explain-alerts.ts";
import { incidentKinds } from "../../../contract/alerting/incident-event.ts";
import { formatDuration } from "../../../contract/duration.ts";
import { parseIncidentKind, parseInstant, parseSeverity } from "../../arguments.ts";
import { onDatabase } from "../../on-database.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";

interface ExplainOptions extends GlobalOptions {
  readonly at?: string;
  readonly severity: string;
  readonly kind: string;
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
    .option("--kind <kind>", `kind of incident: ${incidentKinds.join(", ")}`, "site")
    .option("--json", "print JSON")
    .action(async (site: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ExplainOptions>();
      const asked = {
        site,
        severity: parseSeverity(options.severity),
        kind: parseIncidentKind(options.kind),
        atMs: parseInstant("--at", options.at) ?? Date.now(),
      };
      const { explainableSites } = await import("../../../apps/wiring/alerting/alerting.ts");
      const { readAlerting } = await import("../../../apps/wiring/alerting/current-alerting.ts");
      const { explainAlerts } = await import("../../../apps/operations/alerting/explain-alerts.ts");
      const explanation = await onDatabase("alerts", invocationOf(terminal, options), async (opened) => {
        const { context, database } = opened;
        const stored = await database.maintenanceWindows.list();
        const windows = [...context.configuration.maintenance, ...stored.map(({ window }) => window)];
        const sites = await explainableSites(context, database);
        const { routes, onCall } = await readAlerting(context, database, (part, reason) =>
          context.log.warn({ part, reason }, "alert settings in the database not used"),
        );
        return explainAlerts({ routes, onCall, windows, sites }, asked);
      });
      const lines = options.json === true ? [JSON.stringify(explanation)] : formatExplanation(explanation);
      terminal.stdout.write(lines.map((line) => `${line}\n`).join(""));
    });
}

function formatExplanation({ site, routes, maintenance }: Explanation): readonly string[] {
  const lines = [
    `${site.name ?? site.url}${site.tags.length === 0 ? "" : `  tags: ${site.tags.join(", ")}`}`,
  ];
  for (const { route, taken, reason, onCall } of routes) {
    lines.push(`${taken ? "yes" : "no "}  route ${route.path} to ${told(route)}: ${reason}`);
    if (!taken) continue;
    lines.push(`     alerted ${route.waitMs === 0 ? "at once" : `after ${formatDuration(route.waitMs)}`}`);
    for (const step of route.escalate) {
      lines.push(`     after ${formatDuration(step.afterMs)} without acknowledgement: ${told(step)}`);
    }
    lines.push(...onCall.map((entry) => `     ${formatOnCall(entry)}`));
  }
  if (routes.every(({ taken }) => !taken)) lines.push("nobody would be alerted");
  if (maintenance !== null) {
    const until = new Date(maintenance.untilMs).toISOString();
    lines.push(`held back until ${until} by maintenance "${maintenance.name}"`);
  }
  return lines;
}

function told({
  channels,
  onCall,
}: {
  readonly channels: readonly string[];
  readonly onCall: readonly string[];
}): string {
  const all = [...channels, ...onCall.map((name) => `on call ${name}`)];
  return all.length === 0 ? "others" : all.join(", ");
}

function formatOnCall({ rotation, atMs, onCall }: ExplainedOnCall): string {
  const at = new Date(atMs).toISOString();
  if (onCall === null) return `on call ${rotation} at ${at}: nobody`;
  const until = new Date(onCall.untilMs).toISOString();
  return `on call ${rotation} at ${at}: ${onCall.person} by ${onCall.channels.join(", ")} (${onCall.by}, until ${until})`;
}
