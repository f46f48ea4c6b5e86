/**
 * Resolves names as this machine does: the hosts file first, then the name servers of resolv.conf with its search list.
 *
 * It uses c-ares and not getaddrinfo, which blocks a thread of libuv's pool (four, of which slow work gets two): two
 * names with a dead server would hold up the resolution of all others.
 */
import { Resolver } from "node:dns";
import { messageOf, ProbeError, systemCode } from "../probe-error.ts";
import type { IpVersion, NameResolver, ResolvedAddress } from "./name-resolver.ts";
import { parseHosts, parseSearchList, type SearchList, WatchedFile } from "./system-name-files.ts";

export interface SystemResolverOptions {
  /** Default: /etc/hosts, or its place on Windows. */
  readonly hostsFile?: string;
  /** Default: /etc/resolv.conf. */
  readonly resolvConf?: string;
  /** Name servers as `address` or `address:port`, instead of the machine's. */
  readonly servers?: readonly string[];
  /** Until a question is asked again, milliseconds. Default: what resolv.conf says, else c-ares' own. */
  readonly timeoutMs?: number;
  /** Times a question is asked of each server. Default: what resolv.conf says, else c-ares' own. */
  readonly tries?: number;
}

/** RFC 8305, section 3: how long IPv4 waits for IPv6 addresses when it is first. */
const RESOLUTION_DELAY_MS = 50;
const LOOPBACK: readonly ResolvedAddress[] = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
];

export function createSystemResolver(options: SystemResolverOptions = {}): NameResolver {
  return new SystemResolver(options);
}

class SystemResolver implements NameResolver {
  readonly #options: SystemResolverOptions;
  readonly #hosts: WatchedFile<ReturnType<typeof parseHosts>>;
  readonly #searchList: WatchedFile<SearchList>;
  #questioner: { readonly resolver: Resolver; readonly searchList: SearchList } | null = null;

  constructor(options: SystemResolverOptions) {
    this.#options = options;
    const windows = process.platform === "win32";
    const systemHosts = windows
      ? `${process.env.SystemRoot ?? "C:\\Windows"}\\System32\\drivers\\etc\\hosts`
      : "/etc/hosts";
    this.#hosts = new WatchedFile(options.hostsFile ?? systemHosts, parseHosts);
    this.#searchList = new WatchedFile(options.resolvConf ?? "/etc/resolv.conf", parseSearchList);
  }

  async resolve(name: string, ipVersion: IpVersion): Promise<readonly ResolvedAddress[]> {
    const host = name.toLowerCase();
    const local = this.#local(host.replace(/\.$/, ""), ipVersion);
    if (local.length > 0) return local;
    const { resolver, searchList } = this.#questionerNow();
    let failure: ProbeError | null = null;
    for (const candidate of candidates(host, searchList)) {
      const answer = await ask(resolver, candidate, ipVersion);
      if (!(answer instanceof ProbeError)) return answer;
      if (answer.code === "dns_timeout") throw answer;
      // As glibc does: a domain of the search list that can't be resolved is no reason not to try the next one.
      if (failure === null || failure.code === "dns_not_found") failure = answer;
    }
    throw failure ?? new ProbeError("dns_not_found", `${name} has no address`);
  }

  #local(host: string, ipVersion: IpVersion): readonly ResolvedAddress[] {
    const entries = this.#hosts.read().get(host);
    const wanted = ofVersion(entries ?? [], ipVersion);
    if (wanted.length > 0) return wanted;
    // RFC 6761, section 6.3: these names never leave the machine.
    return host === "localhost" || host.endsWith(".localhost") ? ofVersion(LOOPBACK, ipVersion) : [];
  }

  /** Made anew when resolv.conf has changed: c-ares reads it only once. */
  #questionerNow(): { readonly resolver: Resolver; readonly searchList: SearchList } {
    const searchList = this.#searchList.read();
    if (this.#questioner?.searchList !== searchList) {
      const { servers, timeoutMs, tries } = this.#options;
      const resolver = new Resolver({
        ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
        ...(tries === undefined ? {} : { tries }),
      });
      if (servers !== undefined) resolver.setServers(servers);
      this.#questioner = { resolver, searchList };
    }
    return this.#questioner;
  }
}

function ofVersion(addresses: readonly ResolvedAddress[], ipVersion: IpVersion): readonly ResolvedAddress[] {
  return ipVersion === "auto"
    ? addresses
    : addresses.filter(({ family }) => family === (ipVersion === "4" ? 4 : 6));
}

/** The full names a name may stand for, in the order they are tried. */
function candidates(name: string, { domains, dots }: SearchList): readonly string[] {
  if (name.endsWith(".") || domains.length === 0) return [name];
  const searched = domains.map((domain) => `${name}.${domain}`);
  return name.split(".").length - 1 >= dots ? [name, ...searched] : [...searched, name];
}

type Answer = readonly ResolvedAddress[] | ProbeError;

function ask(resolver: Resolver, name: string, ipVersion: IpVersion): Promise<Answer> {
  if (ipVersion !== "auto") return askFamily(resolver, name, ipVersion === "4" ? 4 : 6);
  return new Promise((resolve) => {
    let ipv4: Answer | null = null;
    let ipv6: Answer | null = null;
    let delay: NodeJS.Timeout | undefined;
    const settle = (): void => {
      clearTimeout(delay);
      resolve(joined(ipv4, ipv6));
    };
    void askFamily(resolver, name, 6).then((answer) => {
      ipv6 = answer;
      if (ipv4 !== null) settle();
    });
    void askFamily(resolver, name, 4).then((answer) => {
      ipv4 = answer;
      if (ipv6 !== null) settle();
      else if (!(answer instanceof ProbeError)) delay = setTimeout(settle, RESOLUTION_DELAY_MS);
    });
  });
}

/** RFC 8305, section 4: the two families take turns, IPv6 first. */
function joined(ipv4: Answer | null, ipv6: Answer | null): Answer {
  const addresses4 = ipv4 === null || ipv4 instanceof ProbeError ? [] : ipv4;
  const addresses6 = ipv6 === null || ipv6 instanceof ProbeError ? [] : ipv6;
  const interleaved: ResolvedAddress[] = [];
  for (let index = 0; index < Math.max(addresses4.length, addresses6.length); index += 1) {
    interleaved.push(...addresses6.slice(index, index + 1), ...addresses4.slice(index, index + 1));
  }
  if (interleaved.length > 0) return interleaved;
  const failures = [ipv4, ipv6].filter((answer) => answer instanceof ProbeError);
  return (
    failures.find(({ code }) => code !== "dns_not_found") ??
    failures[0] ??
    new ProbeError("dns_failed", "the name servers gave no answer")
  );
}

function askFamily(resolver: Resolver, name: string, family: 4 | 6): Promise<Answer> {
  return new Promise((resolve) => {
    const answered = (error: Error | null, addresses: readonly string[]): void => {
      if (error === null && addresses.length > 0) resolve(addresses.map((address) => ({ address, family })));
      else resolve(failureOf(name, error));
    };
    if (family === 4) resolver.resolve4(name, answered);
    else resolver.resolve6(name, answered);
  });
}

function failureOf(name: string, error: unknown): ProbeError {
  const code = systemCode(error);
  switch (code) {
    case "":
    case "ENOTFOUND":
    case "ENODATA":
    case "ENONAME":
    case "EBADNAME":
      return new ProbeError("dns_not_found", `${name} has no address (${code || "empty answer"})`);
    case "ETIMEOUT":
      return new ProbeError("dns_timeout", `no name server answered for ${name}`);
    default:
      return new ProbeError("dns_failed", `${name} could not be resolved: ${messageOf(error)}`);
  }
}
