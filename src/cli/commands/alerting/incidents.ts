/** `sitewire incidents`: list incidents and act on them. */
import { resolve } from "node:path";
import type { Command } from "commander";
import type { PersonalAction } from "../../../apps/operations/alerting/incidents.ts";
import type { Incident } from "../../../core/incidents/ports.ts";
import { parseLimit } from "../../arguments.ts";
import { changedBy } from "../../changed-by.ts";
import { evidenceLines } from "../../evidence-lines.ts";
import { formatIncidentLine, formatTimelineLine } from "../../incident-line.ts";
import { onDatabase } from "../../on-database.ts";
import { personOf } from "../../person.ts";
import { readTextFile } from "../../read-text-file.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";

interface IncidentOptions extends GlobalOptions {
  readonly open?: boolean;
  readonly site?: string;
  readonly limit: string;
  readonly json?: boolean;
  readonly by?: string;
  readonly note?: string;
}

export function addIncidentsCommand(program: Command, terminal: Terminal): void {
  const incidents = program
    .command("incidents")
    .description("list, acknowledge, annotate and resolve incidents");
  addList(incidents, terminal);
  addShow(incidents, terminal);
  addAction(incidents, terminal, "acknowledge", "record that somebody is working on an incident")
    .option("--note <text>", "note for the timeline")
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<IncidentOptions>();
      await act(terminal, "acknowledge", id, options, options.note);
    });
  addAction(incidents, terminal, "note", "add a note to an incident's timeline")
    .argument("<text>", "the note")
    .action(async (id: string, text: string, _options: unknown, command: Command) => {
      await act(terminal, "note", id, command.optsWithGlobals<IncidentOptions>(), text);
    });
  addAction(incidents, terminal, "resolve", "resolve an incident now; further failures open a new one")
    .option("--note <text>", "note for the timeline")
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<IncidentOptions>();
      await act(terminal, "resolve", id, options, options.note);
    });
  addPostMortem(incidents, terminal);
}

/** Without --file it prints the latest revision. */
function addPostMortem(parent: Command, terminal: Terminal): void {
  parent
    .command("post-mortem")
    .description("print what was learnt from an incident, or write it anew; every revision is kept")
    .argument("<id>", "id, as listed")
    .option("--file <file>", "Markdown to write")
    .option("--by <name>", "who takes this action", personOf(terminal))
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<IncidentOptions & { readonly file?: string }>();
      const { showIncident } = await import("../../../apps/operations/alerting/incidents.ts");
      const { recordChange } = await import("../../../apps/operations/accounts/audit.ts");
      const { postMortemWritten } = await import("../../../apps/operations/accounts/changes.ts");
      const { readPostMortem, writePostMortem } = await import(
        "../../../apps/operations/alerting/post-mortems.ts"
      );
      const invocation = invocationOf(terminal, options);
      const { file, by = personOf(terminal) } = options;
      const text =
        file === undefined ? null : await readTextFile(resolve(invocation.workingDirectory, file), file);
      const found = await onDatabase("incidents", invocation, async ({ database }) => {
        const { incident } = await showIncident(database, id);
        const before = await readPostMortem(database, incident.id);
        if (text === null) return before;
        const after = await writePostMortem(database, { incidentId: incident.id, text, by });
        await recordChange(database, changedBy(terminal), postMortemWritten(incident, { before, after }));
        return after;
      });
      if (text !== null) terminal.stdout.write(`saved revision ${found?.revision}\n`);
      else if (found === null) terminal.stderr.write("nobody has written one yet\n");
      else terminal.stdout.write(`${found.text.trimEnd()}\n`);
    });
}

function addList(incidents: Command, terminal: Terminal): void {
  incidents
    .command("list")
    .description("list incidents, newest first")
    .option("--open", "only unresolved incidents")
    .option("--site <site>", "only incidents of this site, by id, name or URL")
    .option("--limit <count>", "at most this many", "50")
    .option("--json", "print JSON lines")
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<IncidentOptions>();
      const { listIncidents } = await import("../../../apps/operations/alerting/incidents.ts");
      const filter = {
        ...(options.open === true ? { states: ["open", "acknowledged"] as const } : {}),
        site: options.site,
        limit: parseLimit(options.limit),
      };
      const found = await onDatabase("incidents", invocationOf(terminal, options), ({ database }) =>
        listIncidents(database, filter),
      );
      const colour = terminal.stdout.isTTY === true;
      for (const incident of found) {
        const line =
          options.json === true ? JSON.stringify(incident) : formatIncidentLine(incident, Date.now(), colour);
        terminal.stdout.write(`${line}\n`);
      }
      if (found.length === 0 && options.json !== true) terminal.stderr.write("no incidents\n");
    });
}

function addShow(incidents: Command, terminal: Terminal): void {
  incidents
    .command("show")
    .description("show one incident: timeline, related incidents, and what was seen")
    .argument("<id>", "id, as listed")
    .option("--json", "print JSON")
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<IncidentOptions>();
      const { showIncident } = await import("../../../apps/operations/alerting/incidents.ts");
      const shown = await onDatabase("incidents", invocationOf(terminal, options), ({ database }) =>
        showIncident(database, id),
      );
      const colour = terminal.stdout.isTTY === true;
      const lines =
        options.json === true
          ? [JSON.stringify(shown)]
          : [
              formatIncidentLine(shown.incident, Date.now(), colour),
              ...shown.timeline.map(formatTimelineLine),
              ...shown.related.map((each) => relatedLine(each, shown.incident, colour)),
              ...evidenceLines(shown),
            ];
      terminal.stdout.write(lines.map((line) => `${line}\n`).join(""));
    });
}

function relatedLine(related: Incident, { parentId }: Incident, colour: boolean): string {
  const relation = related.id === parentId ? "behind it" : "because of it";
  return `${relation}: ${formatIncidentLine(related, Date.now(), colour)}`;
}

function addAction(incidents: Command, terminal: Terminal, name: string, description: string): Command {
  return incidents
    .command(name)
    .description(description)
    .argument("<id>", "id, as listed")
    .option("--by <name>", "who takes this action", personOf(terminal));
}

async function act(
  terminal: Terminal,
  action: PersonalAction,
  incidentId: string,
  options: IncidentOptions,
  note: string | undefined,
): Promise<void> {
  const { actOnIncident, showIncident } = await import("../../../apps/operations/alerting/incidents.ts");
  const { recordChange } = await import("../../../apps/operations/accounts/audit.ts");
  const { incidentStepped } = await import("../../../apps/operations/accounts/changes.ts");
  const step = { incidentId, by: options.by ?? personOf(terminal), note: note ?? null };
  const incident = await onDatabase("incidents", invocationOf(terminal, options), async ({ database }) => {
    const { incident: before } = await showIncident(database, incidentId);
    const after = await actOnIncident(database, action, step);
    const change = incidentStepped(action, { before, after, note: step.note });
    await recordChange(database, changedBy(terminal), change);
    return after;
  });
  terminal.stdout.write(`${formatIncidentLine(incident, Date.now(), terminal.stdout.isTTY === true)}\n`);
}
