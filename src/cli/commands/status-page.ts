/** `sitewire status-page`: list and export status pages, and write on them. */
import { resolve } from "node:path";
import type { Command } from "commander";
import {
  type NoticeImpact,
  type NoticeState,
  noticeImpactSchema,
  noticeStateSchema,
} from "../../contract/settings/status-page.ts";
import { oneOf } from "../arguments.ts";
import { onDatabase } from "../on-database.ts";
import { personOf } from "../person.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../terminal.ts";

interface ListOptions extends GlobalOptions {
  readonly json?: boolean;
}

interface WriteOptions extends GlobalOptions {
  readonly title: string;
  readonly text: string;
  readonly impact: string;
  readonly state: string;
  readonly site?: readonly string[];
  readonly incident?: string;
  readonly by?: string;
}

export function addStatusPageCommand(program: Command, terminal: Terminal): void {
  const statusPage = program
    .command("status-page")
    .description("list and export status pages, and write on them");
  statusPage
    .command("list")
    .description("list the pages of sitewire.yaml and of the table")
    .option("--json", "print JSON lines")
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ListOptions>();
      const { listStatusPages } = await import("../../apps/operations/status-pages.ts");
      const pages = await onDatabase(
        "status-page",
        invocationOf(terminal, options),
        ({ database, context }) => listStatusPages({ database, configuration: context.configuration }),
      );
      for (const { page, source } of pages) {
        const line = `${page.slug}  ${page.title}  ${page.visibility}  ${source}`;
        terminal.stdout.write(`${options.json === true ? JSON.stringify({ ...page, source }) : line}\n`);
      }
      if (pages.length === 0 && options.json !== true) terminal.stderr.write("no status pages\n");
    });
  withText(statusPage.command("notice"))
    .description("write about an incident on a page")
    .argument("<slug>", "page")
    .requiredOption("--title <title>", "what is the matter, in a few words")
    .option("--impact <impact>", noticeImpactSchema.options.join(", "), "major")
    .option("--site <site...>", "sites concerned, by id, name or URL")
    .option("--incident <id>", "the detected incident that this is about")
    .action(async (slug: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<WriteOptions>();
      const { title, text, site = [], incident, by } = options;
      const impact = oneOf<NoticeImpact>("--impact", options.impact, noticeImpactSchema.options);
      const state = stateOf(options);
      const { addNotice, siteIdsOnPage } = await import("../../apps/operations/status-pages.ts");
      const notice = await onDatabase("status-page", invocationOf(terminal, options), async (opened) => {
        const resources = { database: opened.database, configuration: opened.context.configuration };
        const siteIds = await siteIdsOnPage(resources, slug, site);
        const author = by ?? personOf(terminal);
        const incidentId = incident ?? null;
        return await addNotice(resources, {
          slug,
          incidentId,
          title,
          impact,
          siteIds,
          state,
          text,
          by: author,
        });
      });
      terminal.stdout.write(`${notice.id}\n`);
    });
  withText(statusPage.command("update"))
    .description("add an update to a notice; --state resolved ends it")
    .argument("<notice>", "id of the notice")
    .action(async (noticeId: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<WriteOptions>();
      const { text, by } = options;
      const state = stateOf(options);
      const { addNoticeUpdate } = await import("../../apps/operations/status-pages.ts");
      await onDatabase("status-page", invocationOf(terminal, options), ({ database }) =>
        addNoticeUpdate({ database }, { noticeId, state, text, by: by ?? personOf(terminal) }),
      );
      terminal.stdout.write(`updated ${noticeId}\n`);
    });
  statusPage
    .command("export")
    .description("write a page as files that any web server or a browser shows without Sitewire")
    .argument("<slug>", "page")
    .argument("<folder>", "folder to write to; made where it is missing")
    .action(async (slug: string, folder: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const { showStatusPage, viewStatusPage } = await import("../../apps/operations/status-pages.ts");
      const { systemClock } = await import("../../apps/wiring/clock.ts");
      const view = await onDatabase("status-page", invocationOf(terminal, options), async (opened) => {
        const { configuration } = opened.context;
        const resources = { database: opened.database, configuration, clock: systemClock };
        return await viewStatusPage(resources, (await showStatusPage(resources, slug)).page);
      });
      const files = await terminal.web.exportStatusPage(view, resolve(terminal.workingDirectory, folder));
      terminal.stdout.write(`wrote ${files} files to ${folder}\n`);
    });
}

function withText(command: Command): Command {
  return command
    .requiredOption("--text <text>", "what you know, for the visitors of the page")
    .option("--state <state>", noticeStateSchema.options.join(", "), "investigating")
    .option("--by <name>", "who takes this action; not shown on the page");
}

function stateOf({ state }: WriteOptions): NoticeState {
  return oneOf<NoticeState>("--state", state, noticeStateSchema.options);
}
