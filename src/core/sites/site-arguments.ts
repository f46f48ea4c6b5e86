/** Converts sites and their options from a command line. */
import { checkOptionsSchema } from "../../contract/checks/check-options.ts";
import { shownUrl } from "../../contract/checks/shown-url.ts";
import type { Site } from "../../contract/checks/site.ts";
import { durationSchema } from "../../contract/duration.ts";
import { UsageError } from "../../contract/errors.ts";
import type { SiteEntry } from "../../contract/settings/configuration.ts";
import { refuseSameIds, siteOfEntry } from "./named-sites.ts";

/** Arguments of a command line. Durations are strings such as `10s`. */
export interface SiteArguments {
  readonly urls: readonly string[];
  readonly name?: string | undefined;
  readonly regexp?: string | undefined;
  readonly every?: string | undefined;
  readonly timeout?: string | undefined;
  readonly status?: string | undefined;
  /** `name: value` each. */
  readonly header?: readonly string[] | undefined;
  readonly method?: string | undefined;
  readonly body?: string | undefined;
  readonly insecure?: boolean | undefined;
  readonly ipv4?: boolean | undefined;
  readonly ipv6?: boolean | undefined;
  /** `host:port:address` each. */
  readonly resolve?: readonly string[] | undefined;
  /** `host:port:host:port` each. */
  readonly connectTo?: readonly string[] | undefined;
}

const COMMAND_LINE = "the command line";

/** Returns the sites of a command line. Throws `UsageError`. */
export function sitesOfArguments(given: SiteArguments): readonly Site[] {
  const entries = given.urls.map((url) => ({ url: withScheme(url, COMMAND_LINE) }));
  const sites = withArguments(entries, given).map((entry) => siteOfEntry(entry, COMMAND_LINE));
  return refuseSameIds(sites, COMMAND_LINE);
}

/** Returns the site of an environment variable of the original system, with the command line's options. Throws `UsageError`. */
export function siteOfVariable(variable: string, url: string, given: SiteArguments): readonly Site[] {
  return withArguments([{ url: withScheme(url, variable) }], given).map((entry) =>
    siteOfEntry(entry, variable),
  );
}

/** Applies the options of a command line to entries. Throws `UsageError`. */
export function withArguments(entries: readonly SiteEntry[], given: SiteArguments): readonly SiteEntry[] {
  const { headers, tls, ...settings } = settingsOf(given);
  const [option] = givenOptions(given);
  if (option !== undefined && entries.length === 0) {
    throw new UsageError(
      `${option} is for sites of the command line, of sitewire.yaml or of AV_BASE_URL, and there are none`,
    );
  }
  if (given.name !== undefined && entries.length > 1) {
    throw new UsageError(`--name is for one site, but there are ${entries.length}`);
  }
  return entries.map((entry) => ({
    ...entry,
    ...settings,
    ...(headers === undefined ? {} : { headers: { ...entry.headers, ...headers } }),
    ...(tls === undefined ? {} : { tls: { ...entry.tls, ...tls } }),
  }));
}

function givenOptions({ urls: _urls, ...options }: SiteArguments): readonly string[] {
  return FLAGS.filter((name) => options[name] !== undefined).map(
    (name) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  );
}

const FLAGS = [
  "name",
  "regexp",
  "every",
  "timeout",
  "status",
  "header",
  "method",
  "body",
  "insecure",
  "ipv4",
  "ipv6",
  "resolve",
  "connectTo",
] as const satisfies readonly (keyof SiteArguments)[];

/** The given options under the names of a site's settings. */
function settingsOf(given: SiteArguments): Partial<SiteEntry> {
  if (given.ipv4 === true && given.ipv6 === true) throw new UsageError("give --ipv4 or --ipv6, not both");
  const connectTo = [...(given.resolve ?? []).map(resolveRule), ...(given.connectTo ?? [])];
  const settings = {
    name: given.name,
    regexp: given.regexp,
    every: parseDuration("--every", given.every),
    timeout: parseDuration("--timeout", given.timeout),
    expectedStatus: given.status,
    headers: given.header === undefined ? undefined : Object.fromEntries(given.header.map(parseHeader)),
    method: given.method === undefined ? undefined : parseMethod(given.method),
    body: given.body,
    tls: given.insecure === true ? { verify: false } : undefined,
    ipVersion: given.ipv4 === true ? ("4" as const) : given.ipv6 === true ? ("6" as const) : undefined,
    connectTo: connectTo.length === 0 ? undefined : connectTo,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function parseHeader(line: string): readonly [string, string] {
  const colon = line.indexOf(":");
  if (colon < 1) throw new UsageError('--header must look like "name: value"');
  return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
}

function parseMethod(text: string): NonNullable<SiteEntry["method"]> {
  const { method } = checkOptionsSchema.shape;
  const parsed = method.safeParse(text.toUpperCase());
  if (parsed.success && parsed.data !== undefined) return parsed.data;
  throw new UsageError(`--method is "${text}": must be ${method.unwrap().options.join(", ")}`);
}

/** Converts `--resolve` to a `connectTo` rule with an unchanged port. */
function resolveRule(text: string): string {
  const match = /^([^:[\]\s]+|\[[0-9A-Fa-f:.]+\]):(\d+):\[?([0-9A-Fa-f:.]+)\]?$/.exec(text);
  if (match === null) {
    throw new UsageError(
      `--resolve is "${text}": must look like host:port:address, such as a.example:443:192.0.2.1`,
    );
  }
  const [, host = "", port = "", address = ""] = match;
  return `${host}:${port}:${address.includes(":") ? `[${address}]` : address}:`;
}

/** Parses a flag's duration into milliseconds. Throws `UsageError`, which names the flag. */
export function parseDuration(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parsed = durationSchema.safeParse(text);
  if (!parsed.success) throw new UsageError(`${flag} is "${text}": ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}

const SCHEME_PATTERN = /^[a-z][a-z0-9+.-]*:\/\//i;
/** A host with an optional port and path: users may omit `https://`. */
const HOST_PATTERN = /^(?:\[[0-9a-f:.]+\]|[^\s/\\?#@:[\]]+)(?::\d+)?(?:[/?#]|$)/i;

/**
 * Adds `https://` to a URL without a scheme. Refuses text that is neither a host nor a URL: a URL parser would accept
 * `http//example.org` as a host named `http`.
 */
function withScheme(url: string, where: string): string {
  if (SCHEME_PATTERN.test(url)) return url;
  if (HOST_PATTERN.test(url) && !/^https?(?::|[/\\]{2})/i.test(url)) return `https://${url}`;
  throw new UsageError(
    `${where}: "${shownUrl(url)}" is not a URL: it must begin with http:// or https://, such as https://example.org/`,
  );
}
