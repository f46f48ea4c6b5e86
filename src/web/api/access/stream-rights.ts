/**
 * Ends streams whose reader's rights have changed. A stream outlives the request that opened it: its reader may sign out,
 * or lose a token, a role or a tag meanwhile.
 */
import type { FastifyRequest } from "fastify";
import type { ServerResources } from "../../../apps/wiring/server-resources.ts";
import type { Actor } from "../../../core/accounts/actor.ts";
import { repeatUntilAborted } from "../../../core/running/repeating.ts";
import { WakeUp } from "../../../core/running/wake-up.ts";
import { ProblemError } from "../answering/problem.ts";
import { actorOf } from "./access.ts";

/** For notifications that were missed, and for what ends by itself: sessions and tokens expire. */
const LOOK_AGAIN_MS = 15_000;

type Resources = Pick<ServerResources, "database" | "clock" | "log">;

export class StreamRights {
  readonly #resources: Resources;
  readonly #streams = new Map<AbortController, FastifyRequest>();
  #running: AbortController | null = null;

  constructor(resources: Resources) {
    this.#resources = resources;
  }

  /** Aborts `stream` when the request would be answered with other rights now. */
  watch(stream: AbortController, request: FastifyRequest): void {
    this.#streams.set(stream, request);
    stream.signal.addEventListener("abort", () => this.#leave(stream), { once: true });
    if (this.#running !== null) return;
    const stop = new AbortController();
    this.#running = stop;
    void this.#run(stop.signal).catch((error: unknown) => {
      this.#resources.log.error({ reason: String(error) }, "rights of live streams not watched");
      for (const each of [...this.#streams.keys()]) each.abort();
    });
  }

  #leave(stream: AbortController): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    this.#running?.abort();
    this.#running = null;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { database, clock, log } = this.#resources;
    const wakeUp = new WakeUp(clock);
    database.accounts.onAccessChanged(() => wakeUp.wake(), signal);
    const review = async (): Promise<number> => {
      for (const [stream, request] of [...this.#streams]) {
        if (!(await hasSameRights(request, database))) stream.abort();
      }
      return LOOK_AGAIN_MS;
    };
    await repeatUntilAborted(review, { what: "rights of live streams", clock, log, wakeUp }, signal);
  }
}

/** Throws `UnavailableError` while the database cannot serve; then there are no updates to send either. */
async function hasSameRights(request: FastifyRequest, database: Resources["database"]): Promise<boolean> {
  try {
    return rightsText(await actorOf(request, database)) === rightsText(request.actor);
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
}

function rightsText({ kind, id, role, tags, rights }: Actor): string {
  return JSON.stringify([kind, id, role, tags, rights]);
}
