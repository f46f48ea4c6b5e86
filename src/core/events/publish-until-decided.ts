/** Publishing for callers that cannot continue until the event log has accepted or refused each event. */
import type { Event } from "../../contract/events/event.ts";
import { UnavailableError } from "../failures.ts";
import type { Log } from "../log.ts";
import { retryWhileUnavailable } from "../running/retrying.ts";
import type { EventPublisher, PublishOutcome } from "./ports.ts";

export type Decision = Exclude<PublishOutcome, { readonly kind: "unknown" }>;

/**
 * Publishes events, and republishes those with unknown outcomes, until each is acknowledged or refused. Returns one
 * decision per event, in order. Rejects with the signal's reason when it aborts.
 */
export async function publishUntilDecided(
  publisher: EventPublisher,
  events: readonly Event[],
  patient: { readonly what: string; readonly log: Log; readonly signal: AbortSignal },
): Promise<readonly Decision[]> {
  const decisions = new Map<Event, Decision>();
  const publishRest = async (): Promise<void> => {
    const rest = events.filter((event) => !decisions.has(event));
    const outcomes = await publisher.publish(rest, { signal: patient.signal });
    let unknown: string | null = null;
    for (const [index, event] of rest.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined || outcome.kind === "unknown") unknown ??= outcome?.reason ?? "no outcome";
      else decisions.set(event, outcome);
    }
    if (unknown !== null) throw new UnavailableError(unknown);
  };
  await retryWhileUnavailable(publishRest, patient);
  return events.flatMap((event) => decisions.get(event) ?? []);
}
