/** Announces what status pages show anew to their subscribers. */

import { DAY_MS } from "../../../contract/duration.ts";
import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import { repeatUntilAborted } from "../../running/repeating.ts";
import { WakeUp } from "../../running/wake-up.ts";
import type { StatusPageView } from "../page-view.ts";
import type { StatusPageStore } from "../ports.ts";
import { announcementsOf } from "./announcements.ts";
import type { SubscriberStore } from "./ports.ts";

export interface Announcing {
  readonly subscribers: SubscriberStore;
  readonly statusPages: Pick<StatusPageStore, "onChanged">;
  /** What a page shows now; null when there is none of this slug. Throws `UnavailableError`. */
  readonly viewOf: (slug: string) => Promise<StatusPageView | null>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What people write is heard of at once; incidents and maintenance are looked for at this interval. */
const LOOK_EVERY_MS = 15_000;
/** Who has not confirmed by then is forgotten; links in older messages lead nowhere. */
const FORGOTTEN = { unconfirmedMs: 7 * DAY_MS, announcedMs: 400 * DAY_MS };

/** Runs until the signal aborts. Several processes may run it: each announcement is recorded once. */
export async function announceToSubscribers(options: Announcing, signal: AbortSignal): Promise<void> {
  const { subscribers, statusPages, viewOf, clock, log } = options;
  const wakeUp = new WakeUp(clock);
  statusPages.onChanged(() => wakeUp.wake(), signal);
  let forgotAtMs = Number.NEGATIVE_INFINITY;
  const announce = async (): Promise<number> => {
    for (const slug of await subscribers.subscribedSlugs()) {
      const view = await viewOf(slug);
      if (view?.page.subscriptions !== undefined) await subscribers.announce(slug, announcementsOf(view));
    }
    if (clock.monotonicMs() - forgotAtMs >= DAY_MS) {
      await subscribers.forget(FORGOTTEN);
      forgotAtMs = clock.monotonicMs();
    }
    return LOOK_EVERY_MS;
  };
  await repeatUntilAborted(announce, { what: "announcements", clock, log, wakeUp }, signal);
}
