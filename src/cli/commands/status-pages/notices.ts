/** `sitewire status-page notice`, `update` and `notices`: what people write on a page about incidents. */
import type { Command } from "commander";
import { DAY_MS } from "../../../contract/duration.ts";
import {
  type NoticeImpact,
  type NoticeState,
  noticeImpactSchema,
  noticeStateSchema,
} from "../../../contract/settings/status-page.ts";
import type { Notice } from "../../../core/status-pages/ports.ts";
import { oneOf } from "../../arguments.ts";
import { changedBy } from "../../changed-by.ts";
import { onDatabase } from "../../on-database.ts";
import { personOf } from "../../person.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";

interface NoticeOptions extends GlobalOptions {
  readonly title: string;
  readonly text: string;
  readonly impact: string;
  readonly state: string;
  readonly site?: readonly string[];
  readonly incident?: string;
  readonly by?: string;
  readonly json?: boolean;
}

const COMMAND = "status-page";
const LISTED_MS = 90 * DAY_MS;

export function addNoticeCommands(statusPage: Command, terminal: Terminal): void {
  statusPage
    .command("notices")
    .description("list the notices of a page: open ones, and those of the last 90 days")
    .argument("<slug>", "page")
    .option("--json", "print JSON lines")
    .action(async (slug: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<NoticeOptions>();
      const { listNotices } = await import("../../../apps/operations/status-pages/notices.ts");
      const { systemClock } = await import("../../../apps/wiring/clock.ts");
      const notices = await onDatabase(COMMAND, invocationOf(terminal, options), (opened) => {
        const resources = { database: opened.database, configuration: opened.context.configuration };
        return listNotices(resources, slug, systemClock.now() - LISTED_MS);
      });
      for (const notice of notices) terminal.stdout.write(`${shown(notice, options.json === true)}\n`);
      if (notices.length === 0 && options.json !== true) terminal.stderr.write("no notices\n");
    });
  withText(statusPage.command("notice"))
    .description("write about an incident on a page; subscribers are told")
    .argument("<slug>", "page")
    .requiredOption("--title <title>", "what is the matter, in a few words")
    .option("--impact <impact>", noticeImpactSchema.options.join(", "), "major")
    .option("--site <site...>", "sites concerned, by id, name or URL")
    .option("--incident <id>", "the detected incident that this is about")
    .option("--json", "print the notice as JSON instead of its id")
    .action(async (slug: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<NoticeOptions>();
      const { title, text, site = [], incident, by, json } = options;
      const impact = oneOf<NoticeImpact>("--impact", options.impact, noticeImpactSchema.options);
      const state = stateOf(options);
      const { addNotice } = await import("../../../apps/operations/status-pages/notices.ts");
      const { recordChange } = await import("../../../apps/operations/accounts/audit.ts");
      const { noticeWritten } = await import("../../../apps/operations/accounts/changes.ts");
      const notice = await onDatabase(COMMAND, invocationOf(terminal, options), async (opened) => {
        const { database, context } = opened;
        const added = await addNotice({ database, configuration: context.configuration }, slug, {
          title,
          impact,
          sites: site,
          incidentId: incident ?? null,
          state,
          text,
          by: by ?? personOf(terminal),
        });
        await recordChange(database, changedBy(terminal), noticeWritten("notice.added", added));
        return added;
      });
      terminal.stdout.write(`${json === true ? JSON.stringify(notice) : notice.id}\n`);
    });
  withText(statusPage.command("update"))
    .description("add an update to a notice; --state resolved ends it; subscribers are told")
    .argument("<notice>", "id of the notice")
    .option("--json", "print the notice as JSON")
    .action(async (id: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<NoticeOptions>();
      const { text, by, json } = options;
      const update = { state: stateOf(options), text, by: by ?? personOf(terminal) };
      const { addNoticeUpdate } = await import("../../../apps/operations/status-pages/notices.ts");
      const { recordChange } = await import("../../../apps/operations/accounts/audit.ts");
      const { noticeWritten } = await import("../../../apps/operations/accounts/changes.ts");
      const notice = await onDatabase(COMMAND, invocationOf(terminal, options), async ({ database }) => {
        const updated = await addNoticeUpdate({ database }, { id }, update);
        await recordChange(database, changedBy(terminal), noticeWritten("notice.updated", updated));
        return updated;
      });
      terminal.stdout.write(`${json === true ? JSON.stringify(notice) : `updated ${id}`}\n`);
    });
}

function withText(command: Command): Command {
  return command
    .requiredOption("--text <text>", "what you know, for the visitors of the page")
    .option("--state <state>", noticeStateSchema.options.join(", "), "investigating")
    .option("--by <name>", "who takes this action; not shown on the page");
}

function stateOf({ state }: NoticeOptions): NoticeState {
  return oneOf<NoticeState>("--state", state, noticeStateSchema.options);
}

function shown(notice: Notice, json: boolean): string {
  if (json) return JSON.stringify(notice);
  const state = notice.updates.at(-1)?.state ?? "investigating";
  const since = `${new Date(notice.sinceMs).toISOString().slice(0, 16).replace("T", " ")}Z`;
  return `${notice.id}  ${state}  ${notice.impact}  since ${since}  ${notice.title}`;
}
