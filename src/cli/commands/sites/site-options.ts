/** The options that define a site, shared by all commands that accept sites. */
import type { Command } from "commander";
import type { SiteArguments } from "../../../core/sites/site-arguments.ts";

export type SiteOptions = Omit<SiteArguments, "urls">;

export function addSiteOptions(command: Command): Command {
  return command
    .option("--name <name>", "name of the site; its id is derived from the name, or from the URL without one")
    .option("--regexp <pattern>", "regular expression that must be found in the page")
    .option("--every <duration>", "time between two checks, such as 30s (default: 1m)")
    .option("--timeout <duration>", "deadline of one attempt, such as 5s (default: 10s)")
    .option("--status <ranges>", "status codes that are up, such as 200-299,401 (default: 200-399)")
    .option("--method <method>", "request method (default: GET)")
    .option("--header <line>", 'request header, such as "accept: text/html"; may be repeated', repeated)
    .option("--body <text>", "request body")
    .option("--insecure", "accept any certificate")
    .option("--ipv4", "connect over IPv4 only")
    .option("--ipv6", "connect over IPv6 only")
    .option("--resolve <host:port:address>", "connect to this address for host and port", repeated)
    .option("--connect-to <host:port:host:port>", "connect to another host and port", repeated);
}

function repeated(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
