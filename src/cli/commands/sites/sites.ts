/** `sitewire sites`: manage the sites table. */
import type { Command } from "commander";
import type { AppContext } from "../../../apps/wiring/invocation.ts";
import { shownUrl } from "../../../contract/checks/shown-url.ts";
import type { Site } from "../../../contract/checks/site.ts";
import { formatDuration } from "../../../contract/duration.ts";
import { UsageError } from "../../../contract/errors.ts";
import { shownSite } from "../../../core/sites/shown-site.ts";
import { sitesOfArguments } from "../../../core/sites/site-arguments.ts";
import { changedBy } from "../../changed-by.ts";
import { onDatabase } from "../../on-database.ts";
import { monotonicMs, showProgress } from "../../progress.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";
import { addSiteOptions, type SiteOptions } from "./site-options.ts";
import { addSiteChangeCommands } from "./sites-change.ts";

interface AddOptions extends SiteOptions, GlobalOptions {
  readonly disabled?: boolean;
}

interface ListOptions extends GlobalOptions {
  readonly enabled?: boolean;
  readonly disabled?: boolean;
  readonly search?: string;
  readonly json?: boolean;
}

export function addSitesCommand(program: Command, terminal: Terminal): void {
  const sites = program
    .command("sites")
    .description("list, add, change, remove and import the sites that monitors check");
  addSiteOptions(sites.command("add").description("add a site, or replace the one with the same name or URL"))
    .argument("<url>", "URL of the site")
    .option("--disabled", "save it without checking it")
    .action(async (url: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<AddOptions>();
      const given = sitesOfArguments({ ...options, urls: [url] });
      const added = given.map((site) => ({ ...site, enabled: options.disabled !== true }));
      await saveAll(terminal, options, () => added);
      for (const site of added) terminal.stdout.write(`saved ${formatSite(site)}\n`);
    });
  sites
    .command("list")
    .description("list the sites")
    .option("--enabled", "only enabled sites")
    .option("--disabled", "only disabled sites")
    .option("--search <text>", "only sites whose name or URL contains this text")
    .option("--json", "print JSON lines")
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ListOptions>();
      const { listSites } = await import("../../../apps/operations/sites/sites.ts");
      const found = await onDatabase("sites", invocationOf(terminal, options), ({ database }) =>
        listSites({ database }, { enabled: enabledFilter(options), search: options.search }),
      );
      const lines = found.map((site) =>
        options.json === true ? JSON.stringify(shownSite(site)) : formatSite(site),
      );
      terminal.stdout.write(lines.map((line) => `${line}\n`).join(""));
      if (found.length === 0 && options.json !== true) {
        terminal.stderr.write("no sites yet; add one with: sitewire sites add https://example.org/\n");
      }
    });
  addSiteChangeCommands(sites, terminal);
  sites
    .command("remove")
    .description("remove a site from the table; its results stay")
    .argument("<site>", "id, name or URL of the site")
    .action(async (site: string, _options: unknown, command: Command) => {
      const { removeSite } = await import("../../../apps/operations/sites/sites.ts");
      const invocation = invocationOf(terminal, command.optsWithGlobals<GlobalOptions>());
      const { recordChange } = await import("../../../apps/operations/accounts/audit.ts");
      const { siteChanged } = await import("../../../apps/operations/accounts/changes.ts");
      await onDatabase("sites", invocation, async ({ database }) => {
        const before = await removeSite({ database }, site);
        if (before === null) return;
        const change = siteChanged("site.deleted", before, { before, after: null });
        await recordChange(database, changedBy(terminal), change);
      });
      terminal.stdout.write(`removed ${shownUrl(site)}\n`);
    });
  sites
    .command("import")
    .description("add or replace the sites of a YAML or JSON file: a list of sites, or a sitewire.yaml")
    .argument("<file>", "path of the file")
    .action(async (file: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const { readSitesFile } = await import("../../../apps/wiring/sites/sites-file.ts");
      const imported = await saveAll(terminal, options, (context) => readSitesFile(context, file), true);
      terminal.stdout.write(`saved ${imported.length} ${imported.length === 1 ? "site" : "sites"}\n`);
    });
}

/** Reads the sites before opening the database, so errors in the sites are reported first. */
async function saveAll(
  terminal: Terminal,
  options: GlobalOptions,
  read: (context: AppContext) => readonly Site[],
  withProgress = false,
): Promise<readonly Site[]> {
  const { startApp } = await import("../../../apps/wiring/invocation.ts");
  const { withDatabase } = await import("../../../apps/wiring/opening.ts");
  const { withAppChecker } = await import("../../../apps/wiring/sites/checking.ts");
  const { saveSites } = await import("../../../apps/operations/sites/sites.ts");
  const { recordChanges } = await import("../../../apps/operations/accounts/audit.ts");
  const { siteChanged } = await import("../../../apps/operations/accounts/changes.ts");
  const context = startApp("sites", invocationOf(terminal, options));
  const sites = read(context);
  const progress = withProgress
    ? showProgress(terminal, { unit: "sites", total: sites.length, nowMs: monotonicMs })
    : null;
  await withAppChecker(context, (checker) =>
    withDatabase(context, async ({ database }) => {
      const before = await saveSites({ database, checker }, { sites, onProgress: progress?.report });
      const changes = sites.map((site) => {
        const known = before.get(site.id) ?? null;
        const action = known === null ? "site.added" : "site.changed";
        return siteChanged(action, site, { before: known, after: site });
      });
      await recordChanges(database, changedBy(terminal), changes);
    }),
  );
  progress?.finish();
  return sites;
}

/** Throws `UsageError` when both options are given. */
function enabledFilter({ enabled, disabled }: ListOptions): boolean | undefined {
  if (enabled === true && disabled === true) throw new UsageError("give --enabled or --disabled, not both");
  if (enabled === true) return true;
  return disabled === true ? false : undefined;
}

function formatSite(site: Site): string {
  const parts = [
    site.id,
    site.enabled ? "enabled " : "disabled",
    `every ${formatDuration(site.intervalMs)}`,
    `timeout ${formatDuration(site.timeoutMs)}`,
    site.name === null ? shownUrl(site.url) : `${site.name} ${shownUrl(site.url)}`,
  ];
  if (site.regexp !== null) parts.push(`regexp ${site.regexp}`);
  return parts.join("  ");
}
