// Keeps the apps running as processes of their own, as a service manager would, and notices an app that ends by itself.
import { setTimeout as delay } from "node:timers/promises";
import { type RunningSitewire, startSitewire } from "../harness/sitewire.ts";
import type { Role } from "./schedule.ts";

/** The roles whose apps faults are drawn for, and the notifiers, which are killed besides. */
export type App = Role | "notifier";

const RESTART_AFTER_MS = 200;
const END_WITHIN_MS = 90_000;
const LAST_LINES = 5;

export interface SupervisorOptions {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** In place of the environment's, for every other app. */
  readonly pooledDatabaseUrl?: string;
  readonly commands: Readonly<Record<Role, readonly string[]> & Partial<Record<App, readonly string[]>>>;
  /** Another program in place of Sitewire for a role. */
  readonly programs?: Partial<Readonly<Record<Role, string>>>;
}

interface Supervised {
  readonly role: App;
  readonly name: string;
  app: RunningSitewire;
  /** Why its end, when it comes, is no surprise. */
  expected: "killed" | "leaving" | null;
  frozen: boolean;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #supervised = new Set<Supervised>();
  readonly #surprises: string[] = [];
  #starts = 0;
  readonly #names: Record<App, number> = { monitor: 0, relay: 0, consumer: 0, notifier: 0 };

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Apps that ended though nobody had asked them to, or did not end well when asked. */
  get surprises(): readonly string[] {
    return this.#surprises;
  }

  /** How often an app was started. */
  get started(): number {
    return this.#starts;
  }

  start(role: App): void {
    this.#names[role] += 1;
    const name = `${role}-${this.#names[role]}`;
    const supervised: Supervised = {
      role,
      name,
      app: this.#spawn(role, name),
      expected: null,
      frozen: false,
    };
    this.#supervised.add(supervised);
    void this.#watch(supervised);
  }

  /** @param pick 0 ≤ pick < 1 decides which one of the role it is, here and below. */
  kill(role: App, pick: number): void {
    const chosen = this.#choose(role, pick);
    if (chosen !== undefined) this.#kill(chosen);
  }

  /** All of a role at once, frozen ones too. */
  killEvery(role: Role): void {
    for (const one of this.#supervised) if (one.role === role && one.expected === null) this.#kill(one);
  }

  #kill(supervised: Supervised): void {
    supervised.expected = "killed";
    supervised.frozen = false;
    supervised.app.signal("SIGKILL");
  }

  async freeze(role: Role, pick: number, forMs: number): Promise<void> {
    const chosen = this.#choose(role, pick);
    if (chosen === undefined) return;
    const { app } = chosen;
    chosen.frozen = true;
    app.signal("SIGSTOP");
    await delay(forMs);
    app.signal("SIGCONT");
    if (chosen.app === app) chosen.frozen = false;
  }

  /** Asks it to stop and waits until it has. */
  async leave(role: Role, pick: number): Promise<void> {
    const chosen = this.#choose(role, pick);
    if (chosen !== undefined) await this.#stop(chosen);
  }

  /** As `leave`, for every one of a role. */
  async leaveAll(role: App): Promise<void> {
    const all = [...this.#supervised].filter((one) => one.role === role);
    await Promise.all(all.map((one) => this.#stop(one)));
  }

  async killAll(): Promise<void> {
    const all = [...this.#supervised];
    this.#supervised.clear();
    await Promise.all(all.map((one) => one.app.stop("SIGKILL")));
  }

  #choose(role: App, pick: number): Supervised | undefined {
    const candidates = [...this.#supervised].filter(
      (one) => one.role === role && one.expected === null && !one.frozen,
    );
    return candidates[Math.floor(pick * candidates.length)];
  }

  #spawn(role: App, name: string): RunningSitewire {
    const { folder, environment, pooledDatabaseUrl, commands, programs } = this.#options;
    const program = role === "notifier" ? undefined : programs?.[role];
    this.#starts += 1;
    return startSitewire(commands[role] ?? [], {
      folder,
      environment: {
        ...environment,
        ...(pooledDatabaseUrl !== undefined && /[02468]$/.test(name)
          ? { DATABASE_URL: pooledDatabaseUrl }
          : {}),
        KAFKA_CLIENT_ID: name,
        ...staticMembership(role, name),
      },
      ...(program === undefined ? {} : { program }),
    });
  }

  async #watch(supervised: Supervised): Promise<void> {
    while (this.#supervised.has(supervised)) {
      const { code, stderr } = await supervised.app.ended;
      if (!this.#supervised.has(supervised) || supervised.expected === "leaving") return;
      if (supervised.expected === null) {
        this.#surprises.push(`${supervised.name} ended by itself with ${code}: ${lastLines(stderr)}`);
      }
      await delay(RESTART_AFTER_MS);
      if (!this.#supervised.has(supervised)) return;
      supervised.app = this.#spawn(supervised.role, supervised.name);
      supervised.expected = null;
    }
  }

  async #stop(supervised: Supervised): Promise<void> {
    const { name, app } = supervised;
    const wasKilled = supervised.expected === "killed";
    supervised.expected = "leaving";
    this.#supervised.delete(supervised);
    const timeout = new AbortController();
    const late = delay(END_WITHIN_MS, "late" as const, { signal: timeout.signal }).catch(
      () => "late" as const,
    );
    app.signal("SIGTERM");
    const ended = await Promise.race([app.ended, late]);
    timeout.abort();
    if (ended === "late") {
      await app.stop("SIGKILL");
      this.#surprises.push(`${name} did not end within ${END_WITHIN_MS} ms of SIGTERM`);
    } else if (ended.code !== 0 && !wasKilled && ended.stderr !== "") {
      // One that had not said a word yet had not started to listen for signals either.
      this.#surprises.push(`${name} ended with ${ended.code} after SIGTERM: ${lastLines(ended.stderr)}`);
    }
  }
}

/** Every other consumer is a static member, which keeps its partitions while it is started again. */
function staticMembership(role: App, name: string): Readonly<Record<string, string>> {
  return role === "consumer" && name.endsWith("1") ? { KAFKA_INSTANCE_ID: name } : {};
}

function lastLines(text: string): string {
  return text.split("\n").slice(-LAST_LINES).join(" | ");
}
