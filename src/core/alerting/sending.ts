/**
 * Sends due deliveries. Several notifiers share the work: each claims deliveries for a limited time, sends them, and
 * records the outcomes. When a notifier crashes, its claims expire, and another notifier sends the messages again,
 * marked as repeated.
 */
import { messageIdOf } from "../../contract/identity.ts";
import type { MaintenanceWindow } from "../../contract/maintenance-window.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { activeWindow } from "../maintenance-windows/active-window.ts";
import { retryWhileUnavailable } from "../running/retrying.ts";
import { WakeUp } from "../running/wake-up.ts";
import type { Notice } from "./notice.ts";
import type { Channel, DeliveryStore, DueDelivery, SendOutcome } from "./ports.ts";
import type { Silence } from "./silences.ts";

export interface SendingOptions {
  readonly deliveries: DeliveryStore;
  /** Channels by name. */
  readonly channels: ReadonlyMap<string, Channel>;
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
const DIGEST_FROM = 3;
const MOST_ATTEMPTS = 8;
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 900_000;
/** Recheck interval of a silence that lasts until recovery. The recovery cancels the deliveries it holds back. */
const LOOK_AGAIN_MS = 3_600_000;
/** How often a message held for a dependency is reviewed: people hear of it if the site stays down after that one is up. */
const PARENT_LOOK_AGAIN_MS = 60_000;

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
    const muted = mutedUntil(delivery, { silences, windows, nowMs: options.clock.now() });
    if (muted === null) audible.push(delivery);
    else await hold(delivery, muted, options, signal);
  }
  const channels = Map.groupBy(audible, ({ channel }) => channel);
  await Promise.all(
    [...channels].map(async ([name, its]) => {
      for (const message of messagesOf(its)) {
        const isInTime = options.clock.monotonicMs() + LONGEST_SEND_MS <= claimedUntilMs;
        if (isInTime) await sendOne(name, message, options, signal);
        else await giveBack(message, options);
      }
    }),
  );
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

interface Message {
  readonly notice: Notice;
  readonly deliveries: readonly DueDelivery[];
}

/** Combines `DIGEST_FROM` or more deliveries of one kind into one message. */
function messagesOf(deliveries: readonly DueDelivery[]): readonly Message[] {
  const kinds = Map.groupBy(deliveries, ({ kind }) => kind);
  return [...kinds].flatMap(([kind, its]) => {
    const groups = its.length >= DIGEST_FROM ? [its] : its.map((delivery) => [delivery]);
    return groups.map((group) => ({
      notice: {
        kind,
        incidents: group.map(({ incident }) => incident),
        repeated: group.some(({ mayHaveBeenSent }) => mayHaveBeenSent),
        ...namesOf(group),
      },
      deliveries: group,
    }));
  });
}

function namesOf(group: readonly DueDelivery[]): { readonly key: string; readonly id: string } {
  const id = messageIdOf(group.map((delivery) => delivery.id));
  const [only, ...others] = group;
  return { id, key: only !== undefined && others.length === 0 ? only.incident.id : id };
}

async function sendOne(
  name: string,
  { notice, deliveries: its }: Message,
  { deliveries, channels, clock, random, log }: SendingOptions,
  signal: AbortSignal,
): Promise<void> {
  const channel = channels.get(name);
  const ids = its.map(({ id }) => id);
  const outcome: SendOutcome =
    channel === undefined
      ? { kind: "refused", reason: `there is no channel named "${name}"` }
      : await channel.send(notice, signal);
  const record = async (): Promise<void> => {
    if (outcome.kind === "sent") return await deliveries.markSent(ids);
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

interface Muted {
  readonly untilMs: number;
  readonly reason: string;
}

interface Muting {
  readonly silences: readonly Silence[];
  readonly windows: readonly MaintenanceWindow[];
  readonly nowMs: number;
}

/** A recovery is never muted: everyone who was notified of the incident must learn that it is over. */
function mutedUntil(
  { kind, incident, parent }: DueDelivery,
  { silences, windows, nowMs }: Muting,
): Muted | null {
  if (kind === "resolved") return null;
  if (parent !== null) {
    return { untilMs: nowMs + PARENT_LOOK_AGAIN_MS, reason: `depends on ${parent.siteName}, which is down` };
  }
  const { siteId, siteName, url, tags } = incident;
  const window = activeWindow(windows, { siteId, siteName, url, tags }, nowMs);
  if (window !== null) return { untilMs: window.untilMs, reason: `maintenance "${window.name}"` };
  const silence = silences.find(
    ({ incidentId, site, tag }) =>
      (incidentId === null || incidentId === incident.id) &&
      (site === null || [siteId, siteName, url].includes(site)) &&
      (tag === null || tags.includes(tag)),
  );
  if (silence === undefined) return null;
  const reason = `silenced by ${silence.createdBy}: ${silence.reason}`;
  return { untilMs: silence.untilMs ?? nowMs + LOOK_AGAIN_MS, reason };
}
