/**
 * Receives notifications over a connection of its own, which opens on the first `listen` and reopens with back-off when
 * it breaks. Each listener is called once after every (re)connection, because notifications may have been missed.
 */
import pg from "pg";
import { prepareSession } from "./session.ts";
import type { SqlOptions } from "./sql-options.ts";

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;

type Listener = (payload: string | null) => void;

export class NotificationListener {
  readonly #options: SqlOptions;
  readonly #listeners = new Map<string, Set<Listener>>();
  #client: pg.Client | null = null;
  /** What the latest connection listens to. */
  #listened = new Set<string>();
  /** The connection that LISTEN statements are being sent on. */
  #adding: pg.Client | null = null;
  #connecting = false;
  #closed = false;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: SqlOptions) {
    this.#options = options;
  }

  /** False while notifications cannot arrive: before the connection is open, after it broke, behind a pooler. */
  get isListening(): boolean {
    return this.#client !== null;
  }

  listen(channel: string, listener: Listener, signal: AbortSignal): void {
    if (signal.aborted || this.#closed) return;
    const known = this.#listeners.get(channel);
    const listeners = known ?? new Set();
    listeners.add(listener);
    signal.addEventListener("abort", () => listeners.delete(listener), { once: true });
    if (known !== undefined) return;
    this.#listeners.set(channel, listeners);
    if (this.#client === null) void this.#connect();
    // When this fails the connection is lost, and the next one listens to every channel.
    else this.#listenToAll(this.#client).catch(() => {});
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => {});
  }

  /** Listens to the channels that are new, one statement at a time: a connection takes no second one meanwhile. */
  async #listenToAll(client: pg.Client): Promise<void> {
    if (this.#adding === client) return;
    this.#adding = client;
    const listened = this.#listened;
    try {
      // Channels that are added during these awaits come last in the map, and so into this loop.
      for (const channel of this.#listeners.keys()) {
        if (listened.has(channel)) continue;
        await client.query(listenStatement(channel));
        listened.add(channel);
        this.#tell(channel, null);
      }
    } finally {
      if (this.#adding === client) this.#adding = null;
    }
  }

  async #connect(): Promise<void> {
    if (this.#connecting || this.#closed) return;
    this.#connecting = true;
    const { route, directRoute = route, schema, server } = this.#options;
    const client = new pg.Client(directRoute.configuration());
    client.on("notification", ({ channel, payload }) => this.#tell(channel, payload ?? ""));
    client.on("error", () => {});
    client.on("end", () => this.#lost(client));
    try {
      await client.connect();
      if ((await prepareSession(client, { schema, server: server() })) === "pooled")
        return this.#giveUp(client);
      this.#listened = new Set();
      await this.#listenToAll(client);
      this.#client = client;
      this.#connecting = false;
      this.#failures = 0;
      if (this.#closed) return await this.close();
      // One that was added since the last of them.
      await this.#listenToAll(client);
    } catch (error) {
      directRoute.fallBack(error);
      await client.end().catch(() => {});
      this.#lost(client);
    }
  }

  /** Behind a pooler LISTEN reaches nobody: whoever listens also polls. */
  #giveUp(client: pg.Client): void {
    this.#closed = true;
    this.#options.log.warn(
      { server: this.#options.server() },
      "connection pooler found: no notifications, new work is polled for; set DATABASE_DIRECT_URL",
    );
    void client.end().catch(() => {});
  }

  #tell(channel: string, payload: string | null): void {
    for (const listener of this.#listeners.get(channel) ?? []) listener(payload);
  }

  #lost(client: pg.Client): void {
    if (this.#client !== null && this.#client !== client) return;
    this.#client = null;
    this.#connecting = false;
    if (this.#closed) return;
    clearTimeout(this.#retry);
    const delayMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#retry = setTimeout(() => void this.#connect(), delayMs * (0.5 + Math.random() / 2));
  }
}

function listenStatement(channel: string): string {
  return `LISTEN ${pg.escapeIdentifier(channel)}`;
}
