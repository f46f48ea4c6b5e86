/** The two small applications that every client has to serve: one that publishes until it succeeds, one that reads. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Access, BenchClient, BenchConsumer, BenchProducer, Message } from "./client.ts";
import { Reception } from "./observation.ts";

const SEND_AGAIN_MS = 200;
const START_AGAIN_MS = 500;
const SEND_WITHIN_MS = 30_000;

/** Sends each batch until it is acknowledged. Counts what failed, and finds out a send that never comes back. */
export class PublishingApp {
  failures = 0;
  /** Sends that neither resolved nor rejected within half a minute. */
  hangs = 0;
  longestSendMs = 0;
  readonly #client: BenchClient;
  readonly #access: Access;
  #producer: BenchProducer;

  private constructor(client: BenchClient, access: Access, producer: BenchProducer) {
    this.#client = client;
    this.#access = access;
    this.#producer = producer;
  }

  static async start(client: BenchClient, access: Access): Promise<PublishingApp> {
    return new PublishingApp(client, access, await client.startProducer(access));
  }

  async publish(topic: string, messages: readonly Message[]): Promise<void> {
    const startedAtMs = performance.now();
    while (!(await this.#try(topic, messages))) await sleep(SEND_AGAIN_MS);
    this.longestSendMs = Math.max(this.longestSendMs, performance.now() - startedAtMs);
  }

  async #try(topic: string, messages: readonly Message[]): Promise<boolean> {
    const outcome = await Promise.race([
      this.#producer.send(topic, messages).then(
        () => "done" as const,
        () => "failed" as const,
      ),
      sleep(SEND_WITHIN_MS, "hung" as const, { ref: false }),
    ]);
    if (outcome === "failed") this.failures += 1;
    if (outcome === "hung") {
      this.hangs += 1;
      void this.#producer.close();
      this.#producer = await this.#client.startProducer(this.#access);
    }
    return outcome === "done";
  }

  get story(): string {
    const parts = [`slowest send ${(this.longestSendMs / 1000).toFixed(1)} s`];
    if (this.failures > 0) parts.push(`${this.failures} sends failed`);
    if (this.hangs > 0) parts.push(`**${this.hangs} sends hung**`);
    return parts.join(", ");
  }

  close(): Promise<void> {
    return this.#producer.close();
  }
}

/** Reads, and starts the client again when it has given up. */
export class ReadingApp {
  readonly reception: Reception;
  readonly #restarts: string[] = [];
  readonly #loop: Promise<void>;
  #consumer: BenchConsumer | null = null;
  #closing = false;

  constructor(
    client: BenchClient,
    access: Access,
    group: { groupId: string; topic: string },
    reception = new Reception(),
  ) {
    this.reception = reception;
    this.#loop = this.#run(client, access, group);
  }

  async #run(client: BenchClient, access: Access, group: { groupId: string; topic: string }): Promise<void> {
    while (!this.#closing) {
      try {
        this.#consumer = await client.startConsumer(access, group, (message) => {
          this.reception.take(message);
        });
        const reason = await this.#consumer.ended;
        if (!this.#closing) this.#restarts.push(reason);
        await this.#consumer.close();
      } catch (error) {
        this.#restarts.push(String(error));
      }
      if (!this.#closing) await sleep(START_AGAIN_MS);
    }
  }

  get story(): string {
    return this.#restarts.length === 0 ? "" : `gave up ${this.#restarts.length} times`;
  }

  get reasons(): readonly string[] {
    return this.#restarts;
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#consumer?.close();
    await Promise.race([this.#loop, sleep(5_000, undefined, { ref: false })]);
  }
}
