// The ground a chaos run stands on: brokers and a database server of its own, proxies in front of both, and a small
// disk under the database. Every fault of theirs is a method that ends when it is healed.
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { eventually } from "../harness/eventually.ts";
import { type KafkaCluster, startKafka } from "../harness/kafka/kafka.ts";
import { type PgBouncer, startPgBouncer } from "../harness/postgres/pgbouncer.ts";
import { type PostgresServer, startPostgres } from "../harness/postgres/postgres.ts";
import { startTcpProxy, type TcpProxy } from "../harness/servers/tcp-proxy.ts";
import { beginReadOnly, endReadOnly } from "./read-only.ts";
import type { Link } from "./schedule.ts";
import { mountSmallDisk, type SmallDisk } from "./small-disk.ts";

export interface GroundOptions {
  readonly nodes: 1 | 3;
  readonly diskMib: number;
}

type LockedTable = "outbox" | "check_results";

/** From the first that waits for a lock until all do: time for work to come to each. */
const HANDS_FULL_MS = 1000;
const SERVES_WITHIN_MS = 60_000;
const LOG_SWITCHES = 20;

// What a killed server leaves half written must be mended from its log.
const POSTGRES_SETTINGS = {
  full_page_writes: "on",
  min_wal_size: "32MB",
  max_wal_size: "64MB",
  shared_buffers: "32MB",
};

export class Ground {
  readonly #kafka: KafkaCluster;
  readonly #postgres: PostgresServer;
  readonly #pooler: PgBouncer;
  readonly #disk: SmallDisk | null;
  readonly #proxies: Readonly<Record<Link, readonly TcpProxy[]>>;

  private constructor(parts: {
    kafka: KafkaCluster;
    postgres: PostgresServer;
    pooler: PgBouncer;
    disk: SmallDisk | null;
    proxies: Readonly<Record<Link, readonly TcpProxy[]>>;
  }) {
    this.#kafka = parts.kafka;
    this.#postgres = parts.postgres;
    this.#pooler = parts.pooler;
    this.#disk = parts.disk;
    this.#proxies = parts.proxies;
  }

  static async prepare({ nodes, diskMib }: GroundOptions): Promise<Ground> {
    const disk = await mountSmallDisk(diskMib);
    const kafkaProxies: TcpProxy[] = [];
    const [kafka, postgres] = await Promise.all([
      startKafka({
        nodes,
        async advertise(targetPort) {
          const proxy = await startTcpProxy({ targetHost: "localhost", targetPort });
          kafkaProxies.push(proxy);
          return proxy.port;
        },
        properties: nodes === 3 ? { "min.insync.replicas": "2" } : {},
      }),
      startPostgres({
        settings: POSTGRES_SETTINGS,
        ...(disk === null ? {} : { parentFolder: disk.folder }),
      }),
    ]);
    const proxy = await startTcpProxy({ targetHost: "127.0.0.1", targetPort: postgres.port });
    const pooler = await startPgBouncer(atPort(postgres.url, proxy.port));
    return new Ground({ kafka, postgres, pooler, disk, proxies: { kafka: kafkaProxies, postgres: [proxy] } });
  }

  get hasSmallDisk(): boolean {
    return this.#disk !== null;
  }

  get brokers(): string {
    return this.#kafka.brokers;
  }

  /** Through the proxy, as the apps go. */
  get databaseUrl(): string {
    return atPort(this.#postgres.url, this.#proxies.postgres[0]?.port ?? 0);
  }

  /** Through the pooler, and through the proxy behind it. */
  get pooledDatabaseUrl(): string {
    return this.#pooler.url;
  }

  /** Past the proxy. */
  get directDatabaseUrl(): string {
    return this.#postgres.url;
  }

  async killBroker(pick: number, forMs: number): Promise<void> {
    const { nodes } = this.#kafka;
    const node = nodes[Math.floor(pick * nodes.length)];
    await node?.kill();
    await delay(forMs);
    await node?.start();
  }

  async killPostgres(forMs: number): Promise<void> {
    await this.#postgres.kill();
    await delay(forMs);
    await this.#untilPostgresServes();
  }

  async killPooler(forMs: number): Promise<void> {
    await this.#pooler.kill();
    await delay(forMs);
    await this.#pooler.start();
  }

  async readOnly(forMs: number): Promise<void> {
    await beginReadOnly(this.directDatabaseUrl);
    await delay(forMs);
    await endReadOnly(this.directDatabaseUrl);
  }

  async slow(link: Link, bytesPerSecond: number, forMs: number): Promise<void> {
    await this.#disturb(link, (proxy) => proxy.slow(bytesPerSecond), forMs);
  }

  async cut(link: Link, forMs: number): Promise<void> {
    await this.#disturb(link, (proxy) => proxy.cut(), forMs);
  }

  async delay(link: Link, byMs: number, forMs: number): Promise<void> {
    await this.#disturb(link, (proxy) => proxy.delay(byMs), forMs);
  }

  async stall(link: Link, forMs: number): Promise<void> {
    await this.#disturb(link, (proxy) => proxy.stall(), forMs);
  }

  async #disturb(link: Link, how: (proxy: TcpProxy) => void, forMs: number): Promise<void> {
    this.#proxies[link].forEach(how);
    await delay(forMs);
    for (const proxy of this.#proxies[link]) proxy.heal();
  }

  /** Locks a table against writers, and acts once they wait for it. */
  async whileLocked(table: LockedTable, act: () => void): Promise<void> {
    const client = new pg.Client({ connectionString: this.directDatabaseUrl, application_name: "chaos" });
    client.on("error", () => {});
    try {
      await client.connect();
      await client.query("BEGIN");
      await client.query("SET LOCAL lock_timeout = '10s'");
      await client.query(`LOCK TABLE ${table} IN SHARE MODE`);
      await eventually("a session of an app waits for the lock", () => isAwaited(client, table));
      await delay(HANDS_FULL_MS);
    } catch {
      // Another fault got in between; then it is a kill like any other.
    } finally {
      act();
      client.end().catch(() => {});
    }
  }

  /** @param withLog uses up the log's segments too, so that the server finds no room to say even that. */
  async fillDisk(withLog: boolean, forMs: number): Promise<void> {
    if (this.#disk === null) return;
    await this.#disk.fill();
    if (withLog) await this.#useUpLog();
    await delay(forMs);
    await this.#disk.free();
    await this.#untilPostgresServes();
  }

  async #useUpLog(): Promise<void> {
    const client = new pg.Client({ connectionString: this.directDatabaseUrl, application_name: "chaos" });
    client.on("error", () => {});
    try {
      await client.connect();
      for (let count = 0; count < LOG_SWITCHES; count += 1) {
        await client.query("SELECT pg_logical_emit_message(false, 'chaos', 'x'), pg_switch_wal()");
      }
    } catch {
      // The server is gone, as it was meant to be.
    } finally {
      client.end().catch(() => {});
    }
  }

  /** Starts the server where it has ended; it may also be about to recover by itself. */
  async #untilPostgresServes(): Promise<void> {
    await eventually(
      "PostgreSQL serves again",
      async () => {
        const client = new pg.Client({ connectionString: this.directDatabaseUrl, application_name: "chaos" });
        client.on("error", () => {});
        try {
          await client.connect();
          await client.query("CREATE TEMPORARY TABLE writable ()");
          return true;
        } catch (error) {
          if (isRefused(error)) await this.#postgres.start();
          throw error;
        } finally {
          client.end().catch(() => {});
        }
      },
      { timeoutMs: SERVES_WITHIN_MS, intervalMs: 100 },
    );
  }

  /** The last words of the servers, for the report of a run that failed. */
  outputTails(): string {
    const brokers = this.#kafka.nodes.map((node) => `broker ${node.id}:\n${node.outputTail()}`);
    return [...brokers, `PostgreSQL:\n${this.#postgres.outputTail()}`].join("\n");
  }

  async remove(): Promise<void> {
    await Promise.all([...this.#proxies.kafka, ...this.#proxies.postgres].map((proxy) => proxy.stop()));
    await Promise.all([this.#kafka.stop(), this.#pooler.stop(), this.#postgres.stop()]);
    await this.#disk?.remove();
  }
}

/** Who only wants to insert into the outbox, as monitor and load do, does not count. */
async function isAwaited(client: pg.Client, table: LockedTable): Promise<boolean> {
  const { rowCount } = await client.query(
    `SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE NOT granted AND relation = $1::regclass AND query ~ $2`,
    [table, table === "outbox" ? "UPDATE" : "check_results"],
  );
  return (rowCount ?? 0) > 0;
}

function atPort(url: string, port: number): string {
  const other = new URL(url);
  other.port = String(port);
  return other.href;
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNREFUSED";
}
