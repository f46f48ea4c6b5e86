/**
 * Sends due deliveries. Several notifiers share the work: each claims deliveries for a limited time, sends them, and
 * records the outcomes. When a notifier crashes, its claims expire, and another notifier sends the messages again,
 * marked as repeated.
 */
import type { MaintenanceWindow } from "../../../contract/alerting/maintenance-window.ts";
import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import { retryWhileUnavailable } from "../../running/retrying.ts";
import { WakeUp } from "../../running/wake-up.ts";
import type { AlertingSettings, Channel, DeliveryStore, DueDelivery, SendOutcome } from "../ports.ts";
import { type Muted, mutedUntil } from "../routing/muting.ts";
import { onCallAt } from "../routing/on-call.ts";
import type { Silence } from "../routing/silences.ts";
import { rotationOf } from "../routing/targets.ts";
import { type Message, messagesOf } from "./messages.ts";

export interface SendingOptions {
  readonly deliveries: DeliveryStore;
  /** Read for each batch of deliveries, so that changed settings apply to the next one. */
  readonly settings: () => Pick<AlertingSettings, "onCall" | "publicUrl"> & {
    readonly channels: ReadonlyMap<string, Channel>;
  };
  /** Read again for each batch of deliveries. Both throw `UnavailableError`. */
  readonly silences: () => Promise<readonly Silence[]>;
  readonly maintenance: () => Promise<readonly MaintenanceWindow[]>;
  readonly owner: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

const CLAIM_MS = 60_000;
const CLAIMED_AT_ONCE = 100;
/** The notifier starts a send only when its claim lasts this much longer. Channels time out sooner. */
const LONGEST_SEND_MS = 20_000;
/** Poll interval, for notifications that were missed. */
const LONGEST_WAIT_MS = 5000;
const MOST_ATTEMPTS = 8;
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 900_000;

/** Sends until the signal aborts, then finishes the sends in progress. */
export async function runSending(options: SendingOptions, signal: AbortSignal): Promise<void> {
  const { deliveries, clock, log, owner } = options;
  const wakeUp = new WakeUp(clock);
  deliveries.onPlanned(() => wakeUp.wake(), signal);
  const patient = { what: "deliveries", log, signal };
  while (!signal.aborted) {
    try {
      const claimedAtMs = clock.monotonicMs();
      const due = await retryWhileUnavailable(
        () => deliveries.claimDue(owner, CLAIMED_AT_ONCE, CLAIM_MS),
        patient,
      );
      if (due.length > 0) await deliver(due, claimedAtMs + CLAIM_MS, options, signal);
      if (due.length < CLAIMED_AT_ONCE) await wakeUp.wait(LONGEST_WAIT_MS, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

async function deliver(
  due: readonly DueDelivery[],
  claimedUntilMs: number,
  options: SendingOptions,
  signal: AbortSignal,
): Promise<void> {
  const patient = { what: "silences and maintenance windows", log: options.log, signal };
  const [silences, windows] = await retryWhileUnavailable(
    () => Promise.all([options.silences(), options.maintenance()]),
    patient,
  );
  const audible: DueDelivery[] = [];
  for (const delivery of due) {
    const obsolete = obsoleteBecause(delivery);
    const muted = mutedUntil(delivery, { silences, windows, nowMs: options.clock.now() });
    if (obsolete !== null) await cancel(delivery, obsolete, options, signal);
    else if (muted !== null) await hold(delivery, muted, options, signal);
    else if (rotationOf(delivery.channel) !== null) await reassign(delivery, options, signal);
    else audible.push(delivery);
  }
  const channels = Map.groupBy(audible, ({ channel }) => channel);
  await Promise.all(
    [...channels].map(async ([name, its]) => {
      for (const message of messagesOf(its, options.settings().publicUrl)) {
        const isInTime = options.clock.monotonicMs() + LONGEST_SEND_MS <= claimedUntilMs;
        if (isInTime) await sendOne(name, message, options, signal);
        else await giveBack(message, options);
      }
    }),
  );
}

/** A delivery that was claimed or retried while its incident was acknowledged or resolved is too late. */
function obsoleteBecause({ kind, incident }: DueDelivery): string | null {
  if (kind === "resolved" || kind === "acknowledged") return null;
  if (incident.state === "resolved") return "resolved before it was sent";
  const asksForSomebody = kind === "escalated" || kind === "reminder";
  return asksForSomebody && incident.state === "acknowledged" ? "acknowledged before it was sent" : null;
}

async function cancel(
  { id }: DueDelivery,
  reason: string,
  { deliveries, log }: SendingOptions,
  signal: AbortSignal,
): Promise<void> {
  const record = () => deliveries.cancel([id], reason);
  await retryWhileUnavailable(record, { what: "deliveries", log, signal });
}

/** Looks up who is on call now, so that a hand-over or an override since the planning counts. */
async function reassign(
  { id, channel }: DueDelivery,
  { deliveries, settings, clock, log }: SendingOptions,
  signal: AbortSignal,
): Promise<void> {
  const name = rotationOf(channel) ?? channel;
  const rotation = settings().onCall[name];
  const person = rotation === undefined ? null : onCallAt(rotation, clock.now());
  const record = async (): Promise<void> => {
    if (person !== null) return await deliveries.reassign(id, person.channels);
    const reason =
      rotation === undefined ? `there is no rotation named "${name}"` : `nobody is on call in "${name}"`;
    log.error({ rotation: name, reason }, "alert not delivered");
    await deliveries.fail([id], reason);
  };
  await retryWhileUnavailable(record, { what: "deliveries", log, signal });
}

async function hold(
  { id, incident, parent }: DueDelivery,
  { untilMs, reason }: Muted,
  { deliveries, log }: SendingOptions,
  signal: AbortSignal,
): Promise<void> {
  const record = async (): Promise<void> => {
    if (parent !== null) await deliveries.setParent(incident.id, parent.incidentId);
    await deliveries.postpone([id], untilMs, reason, false);
  };
  await retryWhileUnavailable(record, { what: "deliveries", log, signal });
}

async function sendOne(
  name: string,
  { notice, deliveries: its }: Message,
  { deliveries, settings, clock, random, log }: SendingOptions,
  signal: AbortSignal,
): Promise<void> {
  const channel = settings().channels.get(name);
  const ids = its.map(({ id }) => id);
  const outcome: SendOutcome =
    channel === undefined
      ? { kind: "refused", reason: `there is no channel named "${name}"` }
      : await channel.send(notice, signal);
  const record = async (): Promise<void> => {
    if (outcome.kind === "sent") return await deliveries.markSent(ids, outcome.thread ?? null);
    const attempts = Math.max(...its.map((delivery) => delivery.attempts)) + 1;
    if (outcome.kind === "refused" || attempts >= MOST_ATTEMPTS) {
      log.error(
        { channel: name, deliveries: ids.length, attempts, reason: outcome.reason },
        "alert not delivered",
      );
      return await deliveries.fail(ids, outcome.reason);
    }
    const delayMs = outcome.afterMs ?? backOffMs(attempts, random);
    return await deliveries.postpone(ids, clock.now() + delayMs, outcome.reason, true);
  };
  // Record the outcome even during shutdown: otherwise the message would be sent again.
  const patience = signal.aborted ? AbortSignal.timeout(LONGEST_SEND_MS) : signal;
  await retryWhileUnavailable(record, { what: "deliveries", log, signal: patience });
}

async function giveBack({ deliveries: its }: Message, { deliveries, clock }: SendingOptions): Promise<void> {
  const ids = its.map(({ id }) => id);
  await deliveries.postpone(ids, clock.now(), "earlier messages took too long", false);
}

function backOffMs(attempts: number, random: () => number): number {
  const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1));
  return Math.round(longest * (0.5 + random() / 2));
}
