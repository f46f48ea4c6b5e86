// From a fault on the schedule to what it does, and to whom.
import type { Ground } from "./ground.ts";
import type { Fault } from "./schedule.ts";
import type { Supervisor } from "./supervisor.ts";

interface Committing {
  /** What is out of order meanwhile: two faults of it must not overlap. */
  readonly where: string;
  /** Resolves when it is over and healed. */
  readonly commit: () => Promise<void>;
}

/** The table a role can't finish its work without. */
const WORK_OF = { relay: "outbox", consumer: "check_results" } as const;

export function commitFault(
  fault: Fault,
  ground: Ground,
  supervisor: Supervisor,
  number: number,
): Committing {
  switch (fault.kind) {
    case "kill":
      return { where: `app ${number}`, commit: async () => supervisor.kill(fault.role, fault.pick) };
    case "kill-in-hand":
      return {
        where: "PostgreSQL",
        commit: () => ground.whileLocked(WORK_OF[fault.role], () => supervisor.killEvery(fault.role)),
      };
    case "freeze":
      return {
        where: `app ${number}`,
        commit: () => supervisor.freeze(fault.role, fault.pick, fault.forMs),
      };
    case "join":
      return { where: `app ${number}`, commit: async () => supervisor.start(fault.role) };
    case "leave":
      return { where: `app ${number}`, commit: () => supervisor.leave(fault.role, fault.pick) };
    case "kill-broker":
      return { where: "Kafka", commit: () => ground.killBroker(fault.pick, fault.forMs) };
    case "kill-postgres":
      return { where: "PostgreSQL", commit: () => ground.killPostgres(fault.forMs) };
    case "fill-disk":
      return { where: "PostgreSQL", commit: () => ground.fillDisk(fault.withLog, fault.forMs) };
    case "read-only":
      return { where: "PostgreSQL", commit: () => ground.readOnly(fault.forMs) };
    case "kill-pooler":
      return { where: "PgBouncer", commit: () => ground.killPooler(fault.forMs) };
    case "slow":
      return {
        where: `link to ${fault.link}`,
        commit: () => ground.slow(fault.link, fault.bytesPerSecond, fault.forMs),
      };
    case "cut":
      return { where: `link to ${fault.link}`, commit: () => ground.cut(fault.link, fault.forMs) };
    case "delay":
      return {
        where: `link to ${fault.link}`,
        commit: () => ground.delay(fault.link, fault.byMs, fault.forMs),
      };
    case "stall":
      return { where: `link to ${fault.link}`, commit: () => ground.stall(fault.link, fault.forMs) };
    default:
      return fault satisfies never;
  }
}
