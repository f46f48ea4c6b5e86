/** `sitewire silences`: mute alerts. */
import type { Command } from "commander";
import type { Silence } from "../../../core/alerting/routing/silences.ts";
import { parseDuration } from "../../../core/sites/site-arguments.ts";
import { changedBy } from "../../changed-by.ts";
import { onDatabase } from "../../on-database.ts";
import { personOf } from "../../person.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";

interface SilenceOptions extends GlobalOptions {
  readonly incident?: string;
  readonly site?: string;
  readonly tag?: string;
  readonly for?: string;
  readonly reason: string;
  readonly by?: string;
  readonly json?: boolean;
}

export function addSilencesCommand(program: Command, terminal: Terminal): void {
  const silences = program.command("silences").description("list, add and end silences");
  silences
    .command("list")
    .description("list active silences")
    .option("--json", "print JSON lines")
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<SilenceOptions>();
      const { listSilences } = await import("../../../apps/operations/alerting/silences.ts");
      const found = await onDatabase("silences", invocationOf(terminal, options), ({ database }) =>
        listSilences(database),
      );
      for (const silence of found) {
        terminal.stdout.write(
          `${options.json === true ? JSON.stringify(silence) : formatSilence(silence)}\n`,
        );
      }
      if (found.length === 0 && options.json !== true) terminal.stderr.write("no active silences\n");
    });
  silences
    .command("add")
    .description(
      "mute an incident, a site or a tag for a duration, or until what is open of it recovers; recoveries are still sent",
    )
    .option("--incident <id>", "incident, by id")
    .option("--site <site>", "site, by id, name or URL")
    .option("--tag <tag>", "sites with this tag")
    .option("--for <duration>", "duration, such as 2h (default: until it recovers)")
    .requiredOption("--reason <text>", "reason")
    .option("--by <name>", "who takes this action", personOf(terminal))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<SilenceOptions>();
      const { incident, site, tag, reason, by } = options;
      const durationMs = parseDuration("--for", options.for);
      const { addSilence } = await import("../../../apps/operations/alerting/silences.ts");
      const silence = {
        incidentId: incident ?? null,
        site: site ?? null,
        tag: tag ?? null,
        reason,
        createdBy: by ?? personOf(terminal),
        untilMs: durationMs === undefined ? null : Date.now() + durationMs,
      };
      const { recordChange } = await import("../../../apps/operations/accounts/audit.ts");
      const { silenceChanged } = await import("../../../apps/operations/accounts/changes.ts");
      const added = await onDatabase("silences", invocationOf(terminal, options), async ({ database }) => {
        const silenced = await addSilence(database, silence);
        await recordChange(database, changedBy(terminal), silenceChanged("silence.added", silenced));
        return silenced;
      });
      terminal.stdout.write(`${formatSilence(added)}\n`);
    });
  silences
    .command("end")
    .description("end a silence now; the messages it held back are sent")
    .argument("<id>", "id, as listed")
    .action(async (id: string, _options: unknown, command: Command) => {
      const { endSilence, listSilences } = await import("../../../apps/operations/alerting/silences.ts");
      const { recordChange } = await import("../../../apps/operations/accounts/audit.ts");
      const { silenceChanged } = await import("../../../apps/operations/accounts/changes.ts");
      const invocation = invocationOf(terminal, command.optsWithGlobals<GlobalOptions>());
      await onDatabase("silences", invocation, async ({ database }) => {
        const silence = (await listSilences(database)).find((each) => each.id === id.toLowerCase());
        await endSilence(database, id);
        if (silence === undefined) return;
        await recordChange(database, changedBy(terminal), silenceChanged("silence.ended", silence));
      });
      terminal.stdout.write(`ended ${id}\n`);
    });
}

function formatSilence({ id, incidentId, site, tag, reason, createdBy, untilMs }: Silence): string {
  const scope = [
    incidentId === null ? "" : `incident ${incidentId}`,
    site === null ? "" : `site ${site}`,
    tag === null ? "" : `tag ${tag}`,
  ].filter((part) => part !== "");
  const until = untilMs === null ? "until it recovers" : `until ${new Date(untilMs).toISOString()}`;
  return `${id}  ${scope.join(", ")}  ${until}  by ${createdBy}: ${reason}`;
}
