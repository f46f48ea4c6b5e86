// One chaos run: load and faults side by side, then everything healed, quiet awaited, and every rule held against what
// is there.
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { eventually } from "../harness/eventually.ts";
import type { WebhookReceiver } from "../harness/servers/webhook-receiver.ts";
import { aWebsite, type Website } from "../harness/servers/website.ts";
import { sitewire } from "../harness/sitewire.ts";
import { removeFolder, temporaryFolder } from "../harness/temporary-folder.ts";
import { alertRules, breakSites, prepareAlerts, startNotifiers } from "./alerting.ts";
import { commitFault } from "./commit-fault.ts";
import { Ground } from "./ground.ts";
import { type KnownLoad, prepareKnownLoad, startKnownLoad } from "./known-load.ts";
import { observe, openTransactions } from "./observation.ts";
import { awaitQuiet } from "./quiet.ts";
import { judge } from "./rules.ts";
import type { Ruling } from "./ruling.ts";
import { describeFault, faultSchedule, type Role, type ScheduledFault } from "./schedule.ts";
import { Supervisor } from "./supervisor.ts";

export interface ChaosOptions {
  readonly seed: number;
  readonly faults: number;
  readonly nodes: 1 | 3;
  readonly relays: number;
  readonly consumers: number;
  readonly rowsPerSecond: number;
  /** Of the faults that last. */
  readonly longestFaultMs: number;
  /** The share of freezes that outlast leases and sessions, 0 to 1. */
  readonly longFreezes: number;
  readonly programs?: Partial<Readonly<Record<Role, string>>>;
  /** Takes what the run tells while it goes on, a line at a time. */
  readonly say: (line: string) => void;
}

export interface ChaosReport {
  readonly seed: number;
  readonly faults: ReadonlyMap<string, number>;
  readonly durationMs: number;
  readonly quietAfterMs: number;
  readonly figures: Readonly<Record<string, number>>;
  readonly rulings: readonly Ruling[];
}

const PREFIX = "chaos";
const SITES = 40;
const WRITERS = 4;
const MONITORED_SITES = 10;
const QUIET_WITHIN_MS = 240_000;
/** Sessions of apps at rest may be inside a transaction for a moment, not longer. */
const OPEN_TRANSACTION_MS = 5000;
const DISK_MIB = { least: 320, forEachFault: 8 };

/** @throws when the ground can't be prepared; a broken rule is in the report. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, faults } = options;
  const startedAtMs = performance.now();
  const say = (line: string): void => {
    options.say(`${((performance.now() - startedAtMs) / 1000).toFixed(1).padStart(7)} s  ${line}`);
  };
  const folder = await temporaryFolder("chaos");
  const website = await aWebsite();
  breakSites(website);
  const receiver = await prepareAlerts(folder);
  const diskMib = DISK_MIB.least + faults * DISK_MIB.forEachFault;
  const ground = await Ground.prepare({ nodes: options.nodes, diskMib });
  if (!ground.hasSmallDisk) say("NOT TESTED: a full disk, because mounting a small one takes root");
  const supervisor = new Supervisor({
    folder,
    environment: environmentOf(ground),
    pooledDatabaseUrl: ground.pooledDatabaseUrl,
    commands: { monitor: ["monitor"], relay: ["relay"], consumer: ["consume"], notifier: ["notify"] },
    ...(options.programs === undefined ? {} : { programs: options.programs }),
  });
  try {
    await prepareTables(ground, folder, website);
    const load = startKnownLoad({
      seed,
      databaseUrl: ground.databaseUrl,
      topic: `${PREFIX}.checks`,
      sites: SITES,
      writers: WRITERS,
      rowsPerSecond: options.rowsPerSecond,
    });
    supervisor.start("monitor");
    for (let count = 0; count < options.relays; count += 1) supervisor.start("relay");
    for (let count = 0; count < options.consumers; count += 1) supervisor.start("consumer");
    startNotifiers(supervisor);
    await eventually("results of the load and of the monitor are recorded", () => bothRecorded(ground), {
      timeoutMs: 120_000,
    });
    const schedule = faultSchedule({
      ...options,
      longestMs: options.longestFaultMs,
      smallDisk: ground.hasSmallDisk,
    });
    const kills = await commitAll(schedule, ground, supervisor, say);
    say("all healed; waiting until nothing is under way any more");
    return await conclude({ options, schedule, startedAtMs, ground, supervisor, load, receiver, kills });
  } finally {
    await supervisor.killAll();
    await ground.remove();
    await website.goAway();
    await receiver.close();
    await removeFolder(folder);
  }
}

function environmentOf(ground: Ground): Readonly<Record<string, string>> {
  return {
    DATABASE_URL: ground.databaseUrl,
    DATABASE_MAX_CONNECTIONS: "6",
    KAFKA_BROKERS: ground.brokers,
    KAFKA_TOPIC_PREFIX: PREFIX,
    KAFKA_GROUP: PREFIX,
    KAFKA_PARTITIONS: "6",
    LOG_LEVEL: "info",
  };
}

async function prepareTables(ground: Ground, folder: string, website: Website): Promise<void> {
  const migrated = await sitewire(["migrate"], { folder, environment: environmentOf(ground) });
  if (migrated.code !== 0)
    throw new Error(`sitewire migrate ended with ${migrated.code}: ${migrated.stderr}`);
  const client = new pg.Client({ connectionString: ground.directDatabaseUrl });
  await client.connect();
  try {
    await prepareKnownLoad(client);
    const urls = Array.from({ length: MONITORED_SITES }, (_, number) => `${website.url}site-${number}`);
    await client.query("INSERT INTO sites (url, interval_ms) SELECT unnest($1::text[]), 1000", [urls]);
  } finally {
    await client.end();
  }
}

async function bothRecorded(ground: Ground): Promise<boolean> {
  const client = new pg.Client({ connectionString: ground.directDatabaseUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT DISTINCT location FROM check_results");
    return rowCount === 2;
  } finally {
    await client.end();
  }
}

/**
 * A notifier is killed with every second fault, so that it comes between any two steps. Returns how many were killed.
 * Faults begin as scheduled, whether or not the one before is over; two faults of one server follow each other.
 */
async function commitAll(
  schedule: readonly ScheduledFault[],
  ground: Ground,
  supervisor: Supervisor,
  say: (line: string) => void,
): Promise<number> {
  let kills = 0;
  const under = new Map<string, Promise<void>>();
  for (const [index, { afterMs, fault }] of schedule.entries()) {
    await delay(afterMs);
    const { where, commit } = commitFault(fault, ground, supervisor, index);
    await under.get(where);
    if (index % 2 === 1) {
      supervisor.kill("notifier", index / schedule.length);
      kills += 1;
    }
    say(`${String(index + 1).padStart(3)}/${schedule.length}  ${describeFault(fault)}`);
    const committed = commit();
    // Its error is seen where it is awaited; until then it must not end the process.
    committed.catch(() => {});
    under.set(where, committed);
  }
  await Promise.all(under.values());
  return kills;
}

async function conclude(run: {
  readonly options: ChaosOptions;
  readonly schedule: readonly ScheduledFault[];
  readonly startedAtMs: number;
  readonly ground: Ground;
  readonly supervisor: Supervisor;
  readonly load: KnownLoad;
  readonly receiver: WebhookReceiver;
  readonly kills: number;
}): Promise<ChaosReport> {
  const { options, ground, supervisor, load, schedule, receiver, kills } = run;
  const healedAtMs = performance.now();
  await load.stop();
  await supervisor.leaveAll("monitor");
  const where = {
    databaseUrl: ground.directDatabaseUrl,
    brokers: ground.brokers,
    topics: { checks: `${PREFIX}.checks`, checksDead: `${PREFIX}.checks.dead` },
    group: PREFIX,
  };
  const unrest = await awaitQuiet(where, QUIET_WITHIN_MS);
  const quietAfterMs = performance.now() - healedAtMs;
  const openSessions = await openTransactions(where.databaseUrl, OPEN_TRANSACTION_MS);
  const alerts = await alertRules(where.databaseUrl, receiver, kills);
  await Promise.all((["relay", "consumer", "notifier"] as const).map((role) => supervisor.leaveAll(role)));
  const found = await observe(where);
  const left = await openTransactions(where.databaseUrl, 0);
  const repeated = found.records.length - new Set(found.records.map(({ identity }) => identity)).size;
  return {
    seed: options.seed,
    faults: countFaults(schedule),
    durationMs: performance.now() - run.startedAtMs,
    quietAfterMs,
    figures: {
      "rows the application committed": found.written.length,
      "rows it rolled back": load.figures.rolledBack,
      "commits whose end it did not learn": load.figures.unknown,
      "results of the monitor": found.outbox.length - found.written.length,
      "rows of check_results": found.results.length,
      "records in the topic": found.records.length,
      "of them published again": repeated,
      "messages about incidents": receiver.received.length,
      "notifiers killed": kills,
    },
    rulings: [
      { rule: "everything comes to rest", lookedAt: 1, broken: unrest === null ? [] : [unrest] },
      ...judge(found, load),
      ...alerts,
      { rule: "no transaction is left open", lookedAt: 2, broken: [...openSessions, ...left] },
      {
        rule: "apps end only when asked, and well",
        lookedAt: supervisor.started,
        broken: supervisor.surprises,
      },
    ],
  };
}

function countFaults(schedule: readonly ScheduledFault[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { fault } of schedule) {
    const name = describeFault(fault).replace(/,.*| (?:for|by) .*/, "");
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
