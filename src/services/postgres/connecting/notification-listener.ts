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
    else void this.#add(channel, this.#client);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => {});
  }

  async #add(channel: string, client: pg.Client): Promise<void> {
    try {
      await client.query(listenStatement(channel));
      this.#tell(channel, null);
    } catch {
      // The connection is lost; the next one listens to every channel.
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
      // Channels that are added during these awaits are in the map, and are listened to below.
      const listened = new Set<string>();
      for (const channel of this.#listeners.keys()) {
        await client.query(listenStatement(channel));
        listened.add(channel);
      }
      this.#client = client;
      this.#connecting = false;
      this.#failures = 0;
      if (this.#closed) await this.close();
      for (const channel of this.#listeners.keys()) {
        if (!listened.has(channel)) await client.query(listenStatement(channel));
        this.#tell(channel, null);
      }
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
