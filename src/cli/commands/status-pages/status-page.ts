/** `sitewire status-page`: list, show and export status pages. */
import { resolve } from "node:path";
import type { Command } from "commander";
import type { StatusPageView } from "../../../core/status-pages/page-view.ts";
import { onDatabase } from "../../on-database.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";
import { addNoticeCommands } from "./notices.ts";
import { addSubscriberCommands } from "./subscribers.ts";

interface ListOptions extends GlobalOptions {
  readonly json?: boolean;
}

const COMMAND = "status-page";

export function addStatusPageCommand(program: Command, terminal: Terminal): void {
  const statusPage = program
    .command(COMMAND)
    .description("list, show and export status pages, and write on them");
  statusPage
    .command("list")
    .description("list the pages of sitewire.yaml and of the table")
    .option("--json", "print JSON lines")
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ListOptions>();
      const { listStatusPages } = await import("../../../apps/operations/status-pages/status-pages.ts");
      const pages = await onDatabase(COMMAND, invocationOf(terminal, options), ({ database, context }) =>
        listStatusPages({ database, configuration: context.configuration }),
      );
      for (const { page, source } of pages) {
        const line = `${page.slug}  ${page.title}  ${page.visibility}  ${source}`;
        terminal.stdout.write(`${options.json === true ? JSON.stringify({ ...page, source }) : line}\n`);
      }
      if (pages.length === 0 && options.json !== true) terminal.stderr.write("no status pages\n");
    });
  statusPage
    .command("show")
    .description("show what a page shows now: its sites with uptime and coverage, incidents, maintenance")
    .argument("<slug>", "page")
    .option("--json", "print JSON")
    .action(async (slug: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ListOptions>();
      const view = await viewOf(slug, options);
      if (options.json === true) terminal.stdout.write(`${JSON.stringify(jsonOf(view))}\n`);
      else for (const line of linesOf(view)) terminal.stdout.write(`${line}\n`);
    });
  addNoticeCommands(statusPage, terminal);
  addSubscriberCommands(statusPage, terminal);
  statusPage
    .command("export")
    .description("write a page as files that any web server or a browser shows without Sitewire")
    .argument("<slug>", "page")
    .argument("<folder>", "folder to write to; made where it is missing")
    .action(async (slug: string, folder: string, _options: unknown, command: Command) => {
      const view = await viewOf(slug, command.optsWithGlobals<GlobalOptions>());
      const files = await terminal.web.exportStatusPage(view, resolve(terminal.workingDirectory, folder));
      terminal.stdout.write(`wrote ${files} files to ${folder}\n`);
    });

  async function viewOf(slug: string, options: GlobalOptions): Promise<StatusPageView> {
    const { showStatusPage } = await import("../../../apps/operations/status-pages/status-pages.ts");
    const { viewStatusPage } = await import("../../../apps/operations/status-pages/viewing.ts");
    const { systemClock } = await import("../../../apps/wiring/clock.ts");
    return await onDatabase(COMMAND, invocationOf(terminal, options), async ({ database, context }) => {
      const resources = { database, configuration: context.configuration, clock: systemClock };
      return await viewStatusPage(resources, (await showStatusPage(resources, slug)).page);
    });
  }
}

function linesOf(view: StatusPageView): readonly string[] {
  return [
    `${view.page.title}: ${view.standing}`,
    ...view.groups.flatMap(({ name, sites }) => [
      ...(name === null ? [] : [name]),
      ...sites.map((site) => {
        const observed = `${percentage(site.uptime)} up, ${percentage(site.coverage)} observed`;
        return `  ${site.name}  ${site.standing}  ${observed} in ${view.page.days} days`;
      }),
    ]),
    ...view.missing.map((name) => `  ${name}  there is no such site`),
    ...view.openIncidents.map(({ id, title, sites }) => `incident  ${id}  ${title ?? sites.join(", ")}`),
    ...[...view.activeMaintenance, ...view.plannedMaintenance].map(
      ({ name, fromMs, untilMs }) => `maintenance  ${instant(fromMs)} to ${instant(untilMs)}  ${name}`,
    ),
  ];
}

function jsonOf(view: StatusPageView): object {
  const { page, standing, groups, missing, openIncidents, activeMaintenance, plannedMaintenance } = view;
  const sites = groups.flatMap((group) =>
    group.sites.map(({ siteId, name, key, standing: state, uptime, coverage }) => {
      return { id: siteId, name, key, group: group.name, standing: state, uptime, coverage };
    }),
  );
  return { page, standing, sites, missing, openIncidents, activeMaintenance, plannedMaintenance };
}

function percentage(share: number | null): string {
  // Rounded down: trouble never rounds away.
  return share === null ? "–" : `${(Math.floor(share * 1e5) / 1e3).toFixed(3)} %`;
}

function instant(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace("T", " ")}Z`;
}
