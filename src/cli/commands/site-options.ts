/** The options that name a site on a command line, the same wherever a site is named. */
import type { Command } from "commander";

export interface SiteOptions {
  readonly name?: string;
  readonly regexp?: string;
  readonly every?: string;
  readonly timeout?: string;
}

export function addSiteOptions(command: Command): Command {
  return command
    .option("--name <name>", "what people call the site; its id is made from it, else from the URL")
    .option("--regexp <pattern>", "regular expression that must be found in the page")
    .option("--every <duration>", "time between two checks, such as 30s (default: 1m)")
    .option("--timeout <duration>", "deadline of one attempt, such as 5s (default: 10s)");
}
