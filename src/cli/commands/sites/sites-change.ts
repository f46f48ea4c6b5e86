/** `sitewire sites show` and `sitewire sites change`: one site in full, and changes of many at once. */
import type { Command } from "commander";
import { UsageError } from "../../../contract/errors.ts";
import { shownSite } from "../../../core/sites/shown-site.ts";
import { parseDuration } from "../../../core/sites/site-arguments.ts";
import { siteYaml } from "../../../core/sites/site-yaml.ts";
import { changedBy } from "../../changed-by.ts";
import { onDatabase } from "../../on-database.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";

interface ChangeOptions extends GlobalOptions {
  readonly tag?: string;
  readonly pause?: boolean;
  readonly resume?: boolean;
  readonly addTag?: readonly string[];
  readonly removeTag?: readonly string[];
  readonly every?: string;
}

const several = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export function addSiteChangeCommands(sites: Command, terminal: Terminal): void {
  sites
    .command("show")
    .description("show a site as an entry of sitewire.yaml, without its secrets")
    .argument("<site>", "id, name or URL of the site")
    .option("--json", "print JSON")
    .action(async (wanted: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { json?: boolean }>();
      const { theSite } = await import("../../../apps/operations/sites/sites.ts");
      const site = await onDatabase("sites", invocationOf(terminal, options), async ({ database }) =>
        theSite(await database.sites.list(), wanted),
      );
      const json = options.json === true;
      terminal.stdout.write(json ? `${JSON.stringify(shownSite(site))}\n` : siteYaml(site));
    });
  sites
    .command("change")
    .description("pause, resume or tag sites, or change their interval: those named, or all with a tag")
    .argument("[site...]", "ids, names or URLs of sites")
    .option("--tag <tag>", "all sites with this tag")
    .option("--pause", "stop checking them")
    .option("--resume", "check them again")
    .option("--add-tag <tag>", "add a tag; repeatable", several)
    .option("--remove-tag <tag>", "remove a tag; repeatable", several)
    .option("--every <duration>", "time between two checks, such as 30s")
    .action(async (named: string[], _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ChangeOptions>();
      const change = changeOf(options);
      if (named.length > 0 === (options.tag !== undefined)) throw new UsageError("name sites, or give --tag");
      const { changeSites } = await import("../../../apps/operations/sites/site-editing.ts");
      const { theSite } = await import("../../../apps/operations/sites/sites.ts");
      const { recordChanges } = await import("../../../apps/operations/accounts/audit.ts");
      const { siteChanged } = await import("../../../apps/operations/accounts/changes.ts");
      const { changed, skipped } = await onDatabase(
        "sites",
        invocationOf(terminal, options),
        async ({ database }) => {
          const all = await database.sites.list();
          const { tag } = options;
          const chosen =
            tag === undefined
              ? named.map((each) => theSite(all, each))
              : all.filter(({ tags }) => tags.includes(tag));
          const sites = new Map(chosen.map(({ id, tags }) => [id, { source: "table" as const, tags }]));
          const outcome = await changeSites(
            { database },
            { ids: [...sites.keys()], sites, change, visibleTags: null },
          );
          const after = new Map((await database.sites.list()).map((site) => [site.id, site]));
          const done = chosen.filter(({ id }) => outcome.changed.includes(id));
          const changes = done.map((before) =>
            siteChanged("site.changed", before, { before, after: after.get(before.id) ?? null }),
          );
          await recordChanges(database, changedBy(terminal), changes);
          return outcome;
        },
      );
      for (const { id, reason } of skipped) terminal.stderr.write(`${id} not changed: ${reason}\n`);
      terminal.stdout.write(`changed ${changed.length} ${changed.length === 1 ? "site" : "sites"}\n`);
      if (skipped.length > 0) terminal.setExitCode(1);
    });
}

/** Throws `UsageError` when nothing changes, or for options that contradict each other. */
function changeOf({ pause, resume, addTag, removeTag, every }: ChangeOptions) {
  if (pause === true && resume === true) throw new UsageError("give --pause or --resume, not both");
  const change = {
    ...(pause === true || resume === true ? { enabled: resume === true } : {}),
    ...(addTag === undefined ? {} : { addTags: addTag }),
    ...(removeTag === undefined ? {} : { removeTags: removeTag }),
    ...(every === undefined ? {} : { intervalMs: intervalOf(every) }),
  };
  if (Object.keys(change).length === 0) {
    throw new UsageError("nothing to change: give --pause, --resume, --add-tag, --remove-tag or --every");
  }
  return change;
}

function intervalOf(every: string): number {
  const intervalMs = parseDuration("--every", every) ?? 0;
  if (intervalMs >= 1000 && intervalMs <= 86_400_000) return intervalMs;
  throw new UsageError(`--every is "${every}": must be from 1s to 1d`);
}
