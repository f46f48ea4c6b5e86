// A TCP proxy on this machine that makes a network go wrong on command: connections cut, slow, or standing still.
import { once } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";
import { freePorts } from "../free-ports.ts";

export interface TcpProxyOptions {
  readonly targetHost: string;
  readonly targetPort: number;
}

export interface TcpProxy {
  /** On localhost; stays the same for the proxy's whole life. */
  readonly port: number;
  /** `localhost:port`. */
  readonly address: string;
  /** How many connections it keeps, those included whose client has gone while something was held back. */
  readonly connections: number;
  /** How many of them a client still holds. */
  readonly clients: number;
  /** Everything that was passed on to clients so far. */
  readonly bytesToClients: number;
  /** Resets every connection; new ones are reset as soon as they come, until healed. */
  cut(): void;
  /** From now on what arrives is passed on this much later, each way, until healed. */
  delay(byMs: number): void;
  /** From now on each direction of a connection passes on no more than this, until healed. */
  slow(bytesPerSecond: number): void;
  /** Nothing passes any more and nobody is told, until healed: then everything held back goes on its way. */
  stall(): void;
  /** Like `stall`, but only for the connections there are now, stalled ones included: new ones pass. */
  strand(): void;
  /** Ends all of these. */
  heal(): void;
  /** Resets what is left and gives the port back. */
  stop(): Promise<void>;
}

type State = "passing" | "cut" | "stalled";

export async function startTcpProxy({ targetHost, targetPort }: TcpProxyOptions): Promise<TcpProxy> {
  const links = new Set<Link>();
  let state: State = "passing";
  let delayMs = 0;
  let bytesPerSecond = Number.POSITIVE_INFINITY;
  let bytesToClients = 0;
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    if (state === "cut") {
      client.on("error", () => {});
      client.resetAndDestroy();
      return;
    }
    const target = createConnection({
      host: targetHost,
      port: targetPort,
      noDelay: true,
      allowHalfOpen: true,
    });
    const link = new Link(client, target, () => ({ held: state === "stalled", delayMs, bytesPerSecond }));
    target.on("data", ({ length }) => {
      bytesToClients += length;
    });
    links.add(link);
    link.onClosed(() => links.delete(link));
  });
  const [port = 0] = await freePorts(1);
  // Without a host it listens on IPv4 and IPv6: "localhost" may be either.
  server.listen(port);
  await once(server, "listening");
  const resetAll = (): void => {
    for (const link of links) link.reset();
  };
  return {
    port,
    address: `localhost:${port}`,
    get connections() {
      return links.size;
    },
    get clients() {
      return [...links].filter(({ hasClient }) => hasClient).length;
    },
    get bytesToClients() {
      return bytesToClients;
    },
    cut() {
      state = "cut";
      resetAll();
    },
    delay(byMs) {
      delayMs = byMs;
    },
    slow(limit) {
      bytesPerSecond = limit;
    },
    stall() {
      state = "stalled";
    },
    strand() {
      state = "passing";
      for (const link of links) link.strand();
    },
    heal() {
      state = "passing";
      delayMs = 0;
      bytesPerSecond = Number.POSITIVE_INFINITY;
      for (const link of links) link.release();
    },
    async stop() {
      state = "cut";
      resetAll();
      server.close();
      await once(server, "close");
    },
  };
}

/** Two sockets joined; each direction keeps its order whatever the delay. */
class Link {
  readonly #client: Socket;
  readonly #target: Socket;
  readonly #directions: readonly Direction[];
  #stranded = false;

  constructor(client: Socket, target: Socket, weather: () => Weather) {
    this.#client = client;
    this.#target = target;
    const own = (): Weather => {
      const { held, ...rest } = weather();
      return { held: held || this.#stranded, ...rest };
    };
    this.#directions = [new Direction(client, target, own), new Direction(target, client, own)];
    for (const socket of [client, target]) socket.on("error", () => this.#broken());
  }

  get hasClient(): boolean {
    return !this.#client.closed && !this.#client.readableEnded;
  }

  strand(): void {
    this.#stranded = true;
  }

  /** What stands still when an end breaks was sent before, and goes on its way when it can. */
  #broken(): void {
    if (this.#directions.some(({ holds }) => holds)) return;
    this.reset();
  }

  /** Both ends are gone. */
  onClosed(listener: () => void): void {
    const sockets = [this.#client, this.#target];
    for (const socket of sockets) {
      socket.once("close", () => {
        if (sockets.every(({ closed }) => closed)) listener();
      });
    }
  }

  release(): void {
    this.#stranded = false;
    for (const direction of this.#directions) direction.flush();
  }

  reset(): void {
    for (const socket of [this.#client, this.#target]) {
      if (socket.destroyed) continue;
      // A socket that is being shut down refuses a reset, and its handle would keep the process spinning at exit.
      if (socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
    }
  }
}

interface Weather {
  readonly held: boolean;
  readonly delayMs: number;
  readonly bytesPerSecond: number;
}

/** What a slow line holds before its sender must wait. */
const BUFFER_BYTES = 64_000;

/** null stands for the end of the stream. */
type Arrival = { readonly data: Buffer | null; readonly dueMs: number };

class Direction {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #weather: () => Weather;
  #queue: Arrival[] = [];
  #timer: NodeJS.Timeout | null = null;
  #ended = false;
  /** When a slow line has passed on all that came so far. */
  #freeAtMs = 0;

  constructor(from: Socket, to: Socket, weather: () => Weather) {
    this.#from = from;
    this.#to = to;
    this.#weather = weather;
    from.on("data", (data) => this.#arrive(data));
    // Closed covers a reset as well as an end.
    from.on("end", () => this.#arrive(null));
    from.on("close", () => this.#arrive(null));
    to.on("drain", () => from.resume());
  }

  /** Whether something waits to be passed on. */
  get holds(): boolean {
    return this.#queue.some(({ data }) => data !== null);
  }

  /** Passes on everything held back, in its order. */
  flush(): void {
    for (const arrival of this.#queue) this.#pass(arrival);
    this.#queue = [];
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #arrive(data: Buffer | null): void {
    if (this.#ended) return;
    this.#ended = data === null;
    const { held, delayMs, bytesPerSecond } = this.#weather();
    const nowMs = performance.now();
    this.#freeAtMs = Math.max(nowMs, this.#freeAtMs) + ((data?.length ?? 0) / bytesPerSecond) * 1000;
    const dueMs = this.#freeAtMs + delayMs;
    this.#queue.push({ data, dueMs });
    if (!held && dueMs <= nowMs && this.#timer === null) this.flush();
    else this.#schedule();
    if (bytesPerSecond < Number.POSITIVE_INFINITY && this.#heldBytes > BUFFER_BYTES) this.#from.pause();
  }

  get #heldBytes(): number {
    return this.#queue.reduce((sum, { data }) => sum + (data?.length ?? 0), 0);
  }

  #schedule(): void {
    const [first] = this.#queue;
    if (first === undefined || this.#timer !== null || this.#weather().held) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#passDue();
        this.#schedule();
      },
      Math.max(0, first.dueMs - performance.now()),
    );
  }

  #passDue(): void {
    if (this.#weather().held) return;
    while (this.#queue[0] !== undefined && this.#queue[0].dueMs <= performance.now()) {
      const arrival = this.#queue.shift();
      if (arrival !== undefined) this.#pass(arrival);
    }
    if (this.#heldBytes <= BUFFER_BYTES && !this.#to.writableNeedDrain) this.#from.resume();
  }

  #pass({ data }: Arrival): void {
    if (this.#to.destroyed) return;
    if (data === null) this.#to.end();
    else if (!this.#to.write(data)) this.#from.pause();
  }
}
