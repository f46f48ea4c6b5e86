/** `sitewire sites`: the sites table. */
import type { Command } from "commander";
import { formatDuration } from "../../contract/duration.ts";
import type { Site } from "../../contract/site.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../terminal.ts";
import { addSiteOptions, type SiteOptions } from "./site-options.ts";

interface AddOptions extends SiteOptions, GlobalOptions {
  readonly disabled?: boolean;
}

export function addSitesCommand(program: Command, terminal: Terminal): void {
  const sites = program.command("sites").description("the sites table: what monitors check");
  addSiteOptions(sites.command("add").description("add a site, or change the one with the same name or URL"))
    .argument("<url>", "address of the site")
    .option("--disabled", "keep it, but do not check it")
    .action(async (url: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<AddOptions>();
      const { addSite } = await import("../../apps/operations/sites.ts");
      const site = await addSite(invocationOf(terminal, options), {
        ...options,
        urls: [url],
        enabled: options.disabled !== true,
      });
      terminal.stdout.write(`saved ${formatSite(site)}\n`);
    });
  sites
    .command("list")
    .description("list the sites")
    .option("--json", "print JSON lines")
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { json?: boolean }>();
      const { listSites } = await import("../../apps/operations/sites.ts");
      const found = await listSites(invocationOf(terminal, options));
      const lines = found.map((site) => (options.json === true ? JSON.stringify(site) : formatSite(site)));
      terminal.stdout.write(lines.map((line) => `${line}\n`).join(""));
      if (found.length === 0 && options.json !== true) {
        terminal.stderr.write("no sites yet; add one with: sitewire sites add https://example.org/\n");
      }
    });
  sites
    .command("remove")
    .description("take a site out of the table; what was recorded stays")
    .argument("<site>", "id, name or URL of the site")
    .action(async (site: string, _options: unknown, command: Command) => {
      const { removeSite } = await import("../../apps/operations/sites.ts");
      await removeSite(invocationOf(terminal, command.optsWithGlobals<GlobalOptions>()), site);
      terminal.stdout.write(`removed ${site}\n`);
    });
  sites
    .command("import")
    .description("add or change every site of a YAML or JSON file: a list of sites, or a sitewire.yaml")
    .argument("<file>", "the file")
    .action(async (file: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const { importSites } = await import("../../apps/operations/sites.ts");
      const imported = await importSites(invocationOf(terminal, options), file);
      terminal.stdout.write(`saved ${imported.length} ${imported.length === 1 ? "site" : "sites"}\n`);
    });
}

function formatSite(site: Site): string {
  const parts = [
    site.id,
    site.enabled ? "enabled " : "disabled",
    `every ${formatDuration(site.intervalMs)}`,
    `timeout ${formatDuration(site.timeoutMs)}`,
    site.name === null ? site.url : `${site.name} ${site.url}`,
  ];
  if (site.regexp !== null) parts.push(`regexp ${site.regexp}`);
  return parts.join("  ");
}
