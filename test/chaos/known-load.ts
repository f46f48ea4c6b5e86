// The load: a foreign application that writes known results into the outbox by plain SQL, inside its own transactions,
// several of them side by side. Its own table, written in the same transactions, tells afterwards what was committed.
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { checkResultEvent } from "../../src/contract/events/cloud-events.ts";
import { type KnownSite, knownResult, knownSites, ROLLED_BACK_LOCATION } from "./known-results.ts";
import { type Random, seededRandom } from "./random.ts";

const STATEMENT_TIMEOUT_MS = 5000;
const RECONNECT_MS = 200;
const LARGEST_TRANSACTION = 20;
const ROLLED_BACK_SHARE = 0.05;
/** Far enough back for the rows to fall into several days, and not to reach the present. */
const FIRST_SLOT_AGE_MS = 75 * 3_600_000;

export interface KnownLoadOptions {
  readonly seed: number;
  readonly databaseUrl: string;
  readonly topic: string;
  readonly sites: number;
  /** Connections that write side by side; each has sites of its own. */
  readonly writers: number;
  readonly rowsPerSecond: number;
  /** It ends by itself after so many; without it, when stopped. */
  readonly rows?: number;
}

export interface KnownLoad {
  readonly seed: number;
  readonly sites: readonly KnownSite[];
  readonly firstSlotMs: number;
  readonly figures: {
    readonly rows: number;
    readonly rolledBack: number;
    /** Transactions whose end the writer did not learn, because its connection ended first. */
    readonly unknown: number;
  };
  /** Resolves when all rows it was to write are committed. */
  readonly done: Promise<void>;
  /** Ends after the transactions under way; the database must be there by then. */
  stop(): Promise<void>;
}

/** Makes the application's own table. */
export async function prepareKnownLoad(client: pg.Client): Promise<void> {
  await client.query("CREATE SCHEMA load");
  await client.query(
    "CREATE TABLE load.written (site_id uuid, sequence integer, PRIMARY KEY (site_id, sequence))",
  );
}

/** Starts writing at once. */
export function startKnownLoad(options: KnownLoadOptions): KnownLoad {
  const { seed, writers } = options;
  const sites = knownSites(seed, options.sites);
  const firstSlotMs = Math.floor((Date.now() - FIRST_SLOT_AGE_MS) / 1000) * 1000;
  const figures = { rows: 0, rolledBack: 0, unknown: 0 };
  const stop = new AbortController();
  const running = Array.from({ length: writers }, (_, index) =>
    new Writer({
      ...options,
      sites: sites.filter((site) => site.number % writers === index),
      rowsPerSecond: options.rowsPerSecond / writers,
      ...(options.rows === undefined ? {} : { rows: Math.ceil(options.rows / writers) }),
      random: seededRandom(seed, 1_000_000 + index),
      firstSlotMs,
      figures,
    }).run(stop.signal),
  );
  const done = Promise.all(running).then(() => {});
  // Whoever awaits it sees its error; nobody has to.
  done.catch(() => {});
  return {
    seed,
    sites,
    firstSlotMs,
    figures,
    done,
    async stop() {
      stop.abort();
      await done;
    },
  };
}

interface WriterOptions extends Omit<KnownLoadOptions, "sites"> {
  readonly sites: readonly KnownSite[];
  readonly random: Random;
  readonly firstSlotMs: number;
  readonly figures: { rows: number; rolledBack: number; unknown: number };
}

class Writer {
  readonly #options: WriterOptions;
  /** The next sequence number of each site, as the database has it. */
  #next = new Map<string, number>();
  #committed = 0;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#complete) {
      const client = new pg.Client({
        connectionString: this.#options.databaseUrl,
        connectionTimeoutMillis: STATEMENT_TIMEOUT_MS,
        query_timeout: STATEMENT_TIMEOUT_MS,
        application_name: "load",
      });
      client.on("error", () => {});
      try {
        await client.connect();
        await this.#learnWhatIsWritten(client);
        await this.#write(client, signal);
      } catch (error) {
        if (isOurMistake(error)) throw error;
        await delay(RECONNECT_MS);
      } finally {
        // Not awaited: on a connection that hangs the goodbye would hang too.
        client.end().catch(() => {});
      }
    }
  }

  get #complete(): boolean {
    return this.#options.rows !== undefined && this.#committed >= this.#options.rows;
  }

  /** After a lost connection nobody knows what became of the last COMMIT; the table does. */
  async #learnWhatIsWritten(client: pg.Client): Promise<void> {
    const ids = this.#options.sites.map((site) => site.id);
    const { rows } = await client.query<{ site_id: string; next: number }>(
      "SELECT site_id, max(sequence) + 1 AS next FROM load.written WHERE site_id = ANY($1) GROUP BY site_id",
      [ids],
    );
    this.#next = new Map(rows.map((row) => [row.site_id, row.next]));
    const committed = [...this.#next.values()].reduce((sum, next) => sum + next, 0);
    this.#options.figures.rows += committed - this.#committed;
    this.#committed = committed;
  }

  async #write(client: pg.Client, signal: AbortSignal): Promise<void> {
    const { random, rowsPerSecond, figures } = this.#options;
    let dueMs = performance.now();
    while (!signal.aborted && !this.#complete) {
      const count = random.between(1, LARGEST_TRANSACTION);
      if (random.fraction() < ROLLED_BACK_SHARE) {
        await this.#insert(client, count, "ROLLBACK");
        figures.rolledBack += count;
        continue;
      }
      const next = await this.#insert(client, count, "COMMIT");
      this.#next = next;
      this.#committed += count;
      figures.rows += count;
      // A writer that was held up does not make up for it.
      dueMs = Math.max(dueMs + (count / rowsPerSecond) * 1000, performance.now() - 1000);
      await delay(Math.max(0, dueMs - performance.now()));
    }
  }

  async #insert(client: pg.Client, count: number, end: "COMMIT" | "ROLLBACK"): Promise<Map<string, number>> {
    const { random, sites, seed, topic, firstSlotMs, figures } = this.#options;
    const next = new Map(this.#next);
    const written = Array.from({ length: count }, () => {
      const site = random.oneOf(sites);
      const sequence = next.get(site.id) ?? 0;
      next.set(site.id, sequence + 1);
      const result = knownResult(seed, site, sequence, firstSlotMs);
      const location = end === "COMMIT" ? result.location : ROLLED_BACK_LOCATION;
      return { sequence, event: checkResultEvent({ ...result, location }, topic) };
    });
    await client.query("BEGIN");
    await client.query("INSERT INTO load.written SELECT * FROM unnest($1::uuid[], $2::integer[])", [
      written.map(({ event }) => event.key),
      written.map(({ sequence }) => sequence),
    ]);
    await client.query(
      `INSERT INTO outbox (topic_name, message_key, headers, payload)
       SELECT $1, key, headers, payload
       FROM unnest($2::text[], $3::jsonb[], $4::text[]) WITH ORDINALITY AS row (key, headers, payload, place)
       ORDER BY place`,
      [
        topic,
        written.map(({ event }) => event.key),
        written.map(({ event }) => JSON.stringify(event.headers)),
        written.map(({ event }) => new TextDecoder().decode(event.value ?? new Uint8Array())),
      ],
    );
    try {
      await client.query(end);
    } catch (error) {
      figures.unknown += 1;
      throw error;
    }
    return next;
  }
}

/** Wrong SQL or wrong data stays wrong; everything else is what the run is about. */
function isOurMistake(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^(22|42)/.test(error.code ?? "");
}
