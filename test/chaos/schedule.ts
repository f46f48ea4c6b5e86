// Which faults happen and when: all of it follows from the seed, before anything has started.
import { type Random, seededRandom } from "./random.ts";

export type Role = "monitor" | "relay" | "consumer";
export type Link = "kafka" | "postgres";

export type Fault =
  /** SIGKILL; the supervisor starts it again. */
  | { readonly kind: "kill"; readonly role: Role; readonly pick: number }
  /**
   * SIGKILL of all that have work in their hands which they can't finish, because someone else holds a lock on their
   * table: consumers with batches not recorded, relays with rows that are acknowledged and not marked.
   */
  | { readonly kind: "kill-in-hand"; readonly role: "relay" | "consumer" }
  /** SIGSTOP, and later SIGCONT: it wakes up not knowing that the world went on. */
  | { readonly kind: "freeze"; readonly role: Role; readonly pick: number; readonly forMs: number }
  /** One more of them. */
  | { readonly kind: "join"; readonly role: "relay" | "consumer" }
  /** One less: SIGTERM, and it must end well. */
  | { readonly kind: "leave"; readonly role: "relay" | "consumer"; readonly pick: number }
  /** SIGKILL of a broker, and its start after a while. */
  | { readonly kind: "kill-broker"; readonly pick: number; readonly forMs: number }
  /** SIGKILL of the database server, and its start after a while. */
  | { readonly kind: "kill-postgres"; readonly forMs: number }
  /** Every connection between the apps and the server ends at once; new ones are refused for a while. */
  | { readonly kind: "cut"; readonly link: Link; readonly forMs: number }
  /** Every byte comes later. */
  | { readonly kind: "delay"; readonly link: Link; readonly byMs: number; readonly forMs: number }
  /** No byte comes through, and nobody is told. */
  | { readonly kind: "stall"; readonly link: Link; readonly forMs: number }
  /** Bytes come through at no more than this rate. */
  | {
      readonly kind: "slow";
      readonly link: Link;
      readonly bytesPerSecond: number;
      readonly forMs: number;
    }
  /** Every session of the database begins read-only for a while, as in the middle of a failover. */
  | { readonly kind: "read-only"; readonly forMs: number }
  /** SIGKILL of the connection pooler that every other app goes through, and its start after a while. */
  | { readonly kind: "kill-pooler"; readonly forMs: number }
  /** No byte is left on the database's disk; its log may be the first to notice, which ends the server. */
  | { readonly kind: "fill-disk"; readonly withLog: boolean; readonly forMs: number };

export interface ScheduledFault {
  /** After the one before began. */
  readonly afterMs: number;
  readonly fault: Fault;
}

export interface ScheduleOptions {
  readonly seed: number;
  readonly faults: number;
  /** Relays and consumers at the beginning; the schedule keeps at least one and at most two more of each. */
  readonly relays: number;
  readonly consumers: number;
  /** How long what lasts may last. */
  readonly longestMs: number;
  /** The share of freezes that last longer than a lease and a session do, 0 to 1. */
  readonly longFreezes: number;
  /** False where there is no small disk to fill. */
  readonly smallDisk: boolean;
}

type Draw = (random: Random) => Fault;
const MOST_ADDED = 2;

/** Every kind of fault comes up before any comes up again, in an order that the seed decides. */
export function faultSchedule(options: ScheduleOptions): readonly ScheduledFault[] {
  const random = seededRandom(options.seed);
  const counts = { relay: options.relays, consumer: options.consumers };
  const most = { relay: options.relays + MOST_ADDED, consumer: options.consumers + MOST_ADDED };
  const deck = deckOf(options, (role) => {
    const leaves = counts[role] >= most[role] || (counts[role] > 1 && random.fraction() < 0.5);
    counts[role] += leaves ? -1 : 1;
    return leaves ? { kind: "leave", role, pick: random.fraction() } : { kind: "join", role };
  });
  const drawn: ScheduledFault[] = [];
  while (drawn.length < options.faults) {
    for (const draw of random.shuffled(deck).slice(0, options.faults - drawn.length)) {
      drawn.push({ afterMs: random.between(300, 2500), fault: draw(random) });
    }
  }
  return drawn;
}

function deckOf(options: ScheduleOptions, move: (role: "relay" | "consumer") => Fault): readonly Draw[] {
  const lasting = (random: Random): number => random.between(200, random.between(1000, options.longestMs));
  const kill =
    (role: Role): Draw =>
    (random) => ({ kind: "kill", role, pick: random.fraction() });
  const onLink = (random: Random, link: Link): Fault => {
    const forMs = lasting(random);
    return random.oneOf<Fault>([
      { kind: "cut", link, forMs },
      { kind: "delay", link, byMs: random.between(20, 800), forMs },
      { kind: "stall", link, forMs },
      { kind: "slow", link, bytesPerSecond: random.between(100_000, 2_000_000), forMs },
    ]);
  };
  return [
    kill("monitor"),
    kill("relay"),
    kill("consumer"),
    () => ({ kind: "kill-in-hand", role: "consumer" }),
    () => ({ kind: "kill-in-hand", role: "relay" }),
    (random) => ({ kind: "kill-broker", pick: random.fraction(), forMs: lasting(random) }),
    (random) => ({ kind: "kill-postgres", forMs: lasting(random) }),
    (random) => ({ kind: "read-only", forMs: lasting(random) }),
    (random) => ({ kind: "kill-pooler", forMs: lasting(random) }),
    (random) => onLink(random, "kafka"),
    (random) => onLink(random, "kafka"),
    (random) => onLink(random, "postgres"),
    (random) => onLink(random, "postgres"),
    (random) => ({
      kind: "freeze",
      role: random.oneOf(["monitor", "relay", "consumer"]),
      pick: random.fraction(),
      forMs: random.fraction() < options.longFreezes ? random.between(31_000, 40_000) : lasting(random),
    }),
    () => move("relay"),
    () => move("consumer"),
    ...(options.smallDisk
      ? [
          (random: Random): Fault => ({
            kind: "fill-disk",
            withLog: random.fraction() < 0.5,
            forMs: lasting(random),
          }),
        ]
      : []),
  ];
}

/** One fault in a few words, as the run prints it. */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case "kill":
      return `kill -9 ${fault.role}`;
    case "kill-in-hand":
      return `kill -9 every ${fault.role} with work in hand`;
    case "freeze":
      return `freeze ${fault.role} for ${fault.forMs} ms`;
    case "join":
      return `${fault.role} joins`;
    case "leave":
      return `${fault.role} leaves`;
    case "kill-broker":
      return `kill -9 broker, down for ${fault.forMs} ms`;
    case "kill-postgres":
      return `kill -9 PostgreSQL, down for ${fault.forMs} ms`;
    case "cut":
      return `cut ${fault.link} for ${fault.forMs} ms`;
    case "delay":
      return `delay ${fault.link} by ${fault.byMs} ms for ${fault.forMs} ms`;
    case "stall":
      return `stall ${fault.link} for ${fault.forMs} ms`;
    case "slow":
      return `slow ${fault.link} to ${fault.bytesPerSecond} bytes/s for ${fault.forMs} ms`;
    case "read-only":
      return `read-only database for ${fault.forMs} ms`;
    case "kill-pooler":
      return `kill -9 PgBouncer, down for ${fault.forMs} ms`;
    case "fill-disk":
      return `fill the database's disk${fault.withLog ? ", its log first," : ""} for ${fault.forMs} ms`;
    default:
      return fault satisfies never;
  }
}
