// What must be true after a run, rule by rule. Pure: an observation in, what is broken out.

import type { KnownLoad } from "./known-load.ts";
import { knownResult, LOAD_LOCATION } from "./known-results.ts";
import type { Observation, OutboxEntry, RecordedResult, TopicRecord } from "./observation.ts";
import { recountRule } from "./recount.ts";
import type { Ruling } from "./ruling.ts";

export type Load = Pick<KnownLoad, "seed" | "sites" | "firstSlotMs">;

/** Every rule, held against what was found. */
export function judge(found: Observation, load: Load): readonly Ruling[] {
  const wanted = new Set(found.outbox.map(({ identity }) => identity));
  const recorded = new Map<string, number>();
  for (const { identity } of found.results) recorded.set(identity, (recorded.get(identity) ?? 0) + 1);
  const inTopic = new Set(found.records.map(({ identity }) => identity));
  const left = found.outbox.filter((row) => !row.published || row.parked);
  return [
    outboxHoldsWhatWasCommitted(found, load),
    {
      rule: "every identity in the outbox is one row of check_results",
      lookedAt: wanted.size,
      broken: [...wanted].filter((identity) => recorded.get(identity) !== 1),
    },
    {
      rule: "no row of check_results that nobody committed",
      lookedAt: found.results.length,
      broken: [...recorded.keys()].filter((identity) => !wanted.has(identity)),
    },
    rowsHoldWhatWasWritten(found, load),
    recountRule("hourly counts and histograms equal a recount", found.results, found.hourly, 13),
    recountRule("daily counts and histograms equal a recount", found.results, found.daily, 10),
    statesAreLatest(found),
    {
      rule: "every identity in the outbox is in the topic, and nothing else is",
      lookedAt: inTopic.size,
      broken: [
        ...[...wanted].filter((identity) => !inTopic.has(identity)),
        ...[...inTopic].filter((identity) => !wanted.has(identity)),
      ],
    },
    keysKeepTheirOrder(found.outbox, found.records),
    {
      rule: "the outbox has nothing left and nothing parked",
      lookedAt: found.outbox.length,
      broken: left.map(({ identity, parked }) => `${identity}${parked ? " parked" : ""}`),
    },
    {
      rule: "the dead-letter topic is empty",
      lookedAt: 1,
      broken: found.deadLetters === 0 ? [] : [`${found.deadLetters} dead letters`],
    },
    committedIsRecorded(found, recorded),
  ];
}

function outboxHoldsWhatWasCommitted(found: Observation, { seed, sites, firstSlotMs }: Load): Ruling {
  const bySite = new Map<string, string[]>();
  for (const { key, identity } of found.outbox) {
    if (identity.split("/")[1] !== LOAD_LOCATION) continue;
    const own = bySite.get(key) ?? [];
    own.push(identity);
    bySite.set(key, own);
  }
  const broken: string[] = [];
  for (const site of sites) {
    const sequences = found.written
      .filter(({ siteId }) => siteId === site.id)
      .map(({ sequence }) => sequence);
    const expected = sequences.map((sequence) => {
      const { location, slot } = knownResult(seed, site, sequence, firstSlotMs);
      return `${site.id}/${location}/${slot}`;
    });
    const actual = bySite.get(site.id) ?? [];
    const different = expected.findIndex((identity, place) => identity !== actual[place]);
    if (different >= 0) broken.push(`${expected[different]} is not at its place`);
    if (actual.length > expected.length)
      broken.push(`${site.id} has ${actual.length - expected.length} more`);
  }
  return {
    rule: "the outbox holds what the application committed, in its order",
    lookedAt: found.written.length,
    broken,
  };
}

function rowsHoldWhatWasWritten(found: Observation, { seed, sites, firstSlotMs }: Load): Ruling {
  const siteOf = new Map(sites.map((site) => [site.id, site]));
  const interval = 20_000;
  const broken: string[] = [];
  const own = found.results.filter(({ location }) => location === LOAD_LOCATION);
  for (const row of own) {
    const site = siteOf.get(row.siteId);
    if (site === undefined) {
      broken.push(`${row.identity} is of no site of the load`);
      continue;
    }
    const sequence = (Date.parse(row.slot) - firstSlotMs) / interval;
    const { verdict, statusCode, responseTimeMs, attempts, bytes, error } = knownResult(
      seed,
      site,
      sequence,
      firstSlotMs,
    );
    const expected = [verdict, statusCode, responseTimeMs, attempts, bytes, error?.message ?? null];
    const actual = [
      row.verdict,
      row.statusCode,
      row.responseTimeMs,
      row.attempts,
      row.bytes,
      row.errorMessage,
    ];
    if (JSON.stringify(actual) !== JSON.stringify(expected)) {
      broken.push(`${row.identity}: ${JSON.stringify(actual)} for ${JSON.stringify(expected)}`);
    }
  }
  return { rule: "every row holds what was written", lookedAt: own.length, broken };
}

function statesAreLatest(found: Observation): Ruling {
  const latest = new Map<string, RecordedResult>();
  for (const result of found.results) {
    const series = `${result.siteId}/${result.location}`;
    const before = latest.get(series);
    if (before === undefined || before.slot < result.slot) latest.set(series, result);
  }
  const series = new Set([...latest.keys(), ...found.states.keys()]);
  return {
    rule: "the state of every site is its latest result",
    lookedAt: series.size,
    broken: [...series].filter((name) => latest.get(name)?.identity !== found.states.get(name)),
  };
}

/**
 * At least once, in order: what a key's records say for the first time stands in the order of the outbox, and all of
 * it in one partition. A relay that died, or whose acknowledgement did not arrive, may say a stretch again; it may
 * never skip ahead.
 */
function keysKeepTheirOrder(outbox: readonly OutboxEntry[], records: readonly TopicRecord[]): Ruling {
  const expected = firstTimes(outbox);
  const actual = firstTimes(records);
  const broken: string[] = [];
  for (const [key, identities] of actual) {
    const wanted = expected.get(key) ?? [];
    const different = identities.findIndex((identity, place) => identity !== wanted[place]);
    if (different >= 0) broken.push(`${key}: ${identities[different]} came before ${wanted[different]}`);
  }
  const partitions = new Map<string, number>();
  for (const { key, partition } of records) {
    const first = partitions.get(key) ?? partition;
    partitions.set(key, first);
    if (first !== partition) broken.push(`${key} is in partitions ${first} and ${partition}`);
  }
  return { rule: "the topic keeps the order of every key", lookedAt: actual.size, broken };
}

function firstTimes(
  entries: readonly { readonly key: string; readonly identity: string }[],
): ReadonlyMap<string, readonly string[]> {
  const byKey = new Map<string, Set<string>>();
  for (const { key, identity } of entries) {
    const seen = byKey.get(key) ?? new Set();
    seen.add(identity);
    byKey.set(key, seen);
  }
  return new Map([...byKey].map(([key, seen]) => [key, [...seen]]));
}

function committedIsRecorded(found: Observation, recorded: ReadonlyMap<string, number>): Ruling {
  const broken: string[] = [];
  for (const { partition, committed, end } of found.offsets) {
    if ((committed ?? 0) > end) broken.push(`partition ${partition} is committed beyond its end`);
    if ((committed ?? 0) < end) broken.push(`partition ${partition}: ${committed} of ${end} committed`);
  }
  const committedOf = new Map(found.offsets.map(({ partition, committed }) => [partition, committed ?? 0]));
  for (const { partition, offset, identity } of found.records) {
    if (offset < (committedOf.get(partition) ?? 0) && !recorded.has(identity)) {
      broken.push(`offset ${offset} of partition ${partition} is committed and ${identity} not recorded`);
    }
  }
  return {
    rule: "offsets are committed to the end, and what is committed is recorded",
    lookedAt: found.offsets.length,
    broken,
  };
}
