/**
 * The hosts file and the search list of resolv.conf. c-ares asks name servers only, so these two are read here, and read
 * again when they change, since a monitor runs for months.
 */
import { readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";
import type { ResolvedAddress } from "./name-resolver.ts";

const LOOK_INTERVAL_MS = 1000;

/** A small file that is parsed again when its time of change or size differs; absent files parse as empty text. */
export class WatchedFile<T> {
  readonly #path: string;
  readonly #parse: (text: string) => T;
  #value: T;
  #fingerprint = "";
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(path: string, parse: (text: string) => T) {
    this.#path = path;
    this.#parse = parse;
    this.#value = parse("");
  }

  /** The value of the file as it stood at most a second ago; the same object as long as it did not change. */
  read(): T {
    const nowMs = performance.now();
    if (nowMs - this.#lookedAtMs < LOOK_INTERVAL_MS) return this.#value;
    this.#lookedAtMs = nowMs;
    const stats = statSync(this.#path, { throwIfNoEntry: false });
    const fingerprint = stats === undefined ? "absent" : `${stats.mtimeMs} ${stats.size} ${stats.ino}`;
    if (fingerprint === this.#fingerprint) return this.#value;
    this.#fingerprint = fingerprint;
    this.#value = this.#parse(stats === undefined ? "" : readFileSync(this.#path, "utf8"));
    return this.#value;
  }
}

export type HostsEntries = ReadonlyMap<string, readonly ResolvedAddress[]>;

/** hosts(5): an address, then its names. Names are in lower case. */
export function parseHosts(text: string): HostsEntries {
  const entries = new Map<string, ResolvedAddress[]>();
  for (const line of text.split("\n")) {
    const [address = "", ...names] = (line.split("#")[0] ?? "").trim().split(/\s+/);
    const family = isIP(address);
    if (family !== 4 && family !== 6) continue;
    for (const name of names) {
      const known = entries.get(name.toLowerCase()) ?? [];
      known.push({ address, family });
      entries.set(name.toLowerCase(), known);
    }
  }
  return entries;
}

export interface SearchList {
  readonly domains: readonly string[];
  /** A name with fewer dots than this is tried in the domains first. */
  readonly dots: number;
}

/** resolv.conf(5): the last of `search` and `domain`, and `options ndots:n`. */
export function parseSearchList(text: string): SearchList {
  let domains: readonly string[] = [];
  let dots = 1;
  for (const line of text.split("\n")) {
    const [keyword, ...values] = line.trim().split(/\s+/);
    if (keyword === "search" || keyword === "domain") domains = values.filter((domain) => domain !== ".");
    if (keyword !== "options") continue;
    const given = values.find((value) => /^ndots:\d+$/.test(value));
    if (given !== undefined) dots = Math.min(15, Number(given.slice("ndots:".length)));
  }
  return { domains, dots };
}
