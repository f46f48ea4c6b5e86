/**
 * Sends messages to subscribers. Several notifiers share the work: each claims messages for a limited time, so that those
 * of a notifier that crashed are sent by another one.
 */
import type { StatusPage } from "../../../contract/settings/status-page.ts";
import { createSecret, hashOfSecret } from "../../accounts/secrets.ts";
import type { SendOutcome } from "../../alerting/ports.ts";
import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import { repeatUntilAborted } from "../../running/repeating.ts";
import { WakeUp } from "../../running/wake-up.ts";
import type { SubscriberMessage, SubscriberStore } from "./ports.ts";
import { linksOf, type MessageLinks, type WordedMessage, wordedMessage } from "./wording.ts";

/** Each resolves when it is known what became of the message, and rejects only when the signal aborts. */
export interface SubscriberTransport {
  /** `channel` is the name of an e-mail channel. */
  mail(
    channel: string,
    mail: WordedMessage & { readonly id: string; readonly to: string },
    signal: AbortSignal,
  ): Promise<SendOutcome>;
  post(webhook: WebhookMessage, signal: AbortSignal): Promise<SendOutcome>;
}

interface WebhookMessage {
  readonly id: string;
  readonly subscriberId: string;
  readonly url: string;
  /** Null in the message that asks for confirmation: the secret is made with it. */
  readonly sealedSecret: Uint8Array | null;
  /** JSON. */
  readonly body: string;
}

export interface SubscriberSending {
  readonly subscribers: SubscriberStore;
  /** The page that has the slug now; null when there is none. Throws `UnavailableError`. */
  readonly pageOf: (slug: string) => Promise<StatusPage | null>;
  readonly transport: SubscriberTransport;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

const CLAIM_MS = 120_000;
/** Sent at once: a mail server takes no flood. */
const CLAIMED_AT_ONCE = 5;
/** Poll interval, for notifications that were missed. */
const LONGEST_WAIT_MS = 30_000;
const MOST_ATTEMPTS = 8;
const FIRST_RETRY_MS = 60_000;
const LONGEST_RETRY_MS = 21_600_000;
/** After so many messages in a row that failed for good the subscription ends. */
const MOST_REFUSALS = 3;

/** Sends until the signal aborts, then finishes the sends in progress. */
export async function sendToSubscribers(options: SubscriberSending, signal: AbortSignal): Promise<void> {
  const { subscribers, clock, log } = options;
  const wakeUp = new WakeUp(clock);
  subscribers.onDue(() => wakeUp.wake(), signal);
  const sendDue = async (): Promise<number> => {
    const due = await subscribers.claim(CLAIMED_AT_ONCE, CLAIM_MS);
    await Promise.all(due.map((message) => send(message, options, signal)));
    // A subscriber's next message is due once the one before is settled.
    return due.length > 0 ? 0 : LONGEST_WAIT_MS;
  };
  await repeatUntilAborted(sendDue, { what: "messages to subscribers", clock, log, wakeUp }, signal);
}

async function send(
  message: SubscriberMessage,
  options: SubscriberSending,
  signal: AbortSignal,
): Promise<void> {
  const { subscribers, log } = options;
  const { id, attempts } = message;
  const outcome = await attempt(message, options, signal);
  if (outcome.kind === "sent") {
    await subscribers.sent(id);
    return;
  }
  const final = outcome.kind === "refused" || attempts >= MOST_ATTEMPTS;
  const retryInMs = final ? null : (retryAfterMs(outcome) ?? backOffMs(attempts, options.random));
  if (final)
    log.warn({ messageId: id, attempts, reason: outcome.reason }, "message to a subscriber not sent");
  await subscribers.failed({ id, reason: outcome.reason, retryInMs, mostRefusals: MOST_REFUSALS });
}

async function attempt(
  { id, subscriber, content }: SubscriberMessage,
  { subscribers, pageOf, transport }: SubscriberSending,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const { slug, kind, address, sealedSecret } = subscriber;
  const page = await pageOf(slug);
  if (page?.subscriptions === undefined) return refused("the page takes no subscriptions any more");
  const token = createSecret();
  const purpose = content === null ? "confirm" : "unsubscribe";
  await subscribers.addToken(subscriber.id, purpose, hashOfSecret(token));
  const links = linksOf(subscriber, token);
  const worded = wordedMessage(page, content, links);
  if (kind === "webhook") {
    const body = webhookBody(page, { content, worded, links });
    return await transport.post(
      { id, subscriberId: subscriber.id, url: address, sealedSecret, body },
      signal,
    );
  }
  const { email } = page.subscriptions;
  if (email === undefined) return refused("the page takes no subscriptions by e-mail any more");
  return await transport.mail(email, { ...worded, id, to: address }, signal);
}

interface WebhookParts {
  readonly content: SubscriberMessage["content"];
  readonly worded: WordedMessage;
  readonly links: MessageLinks;
}

/** Instants are ISO 8601 in UTC. */
function webhookBody({ slug, title }: StatusPage, { content, worded, links }: WebhookParts): string {
  const page = { slug, title, url: links.page };
  if (content === null) return JSON.stringify({ kind: "confirmation", page, confirmUrl: links.confirm });
  const shared = { page, title: worded.subject, url: worded.action.url, unsubscribeUrl: links.unsubscribe };
  if (content.kind === "maintenance") {
    const { kind, fromMs, untilMs, title: name, ...rest } = content;
    const span = { from: instantOf(fromMs), to: instantOf(untilMs) };
    return JSON.stringify({ kind, ...shared, maintenance: { ...rest, name, ...span } });
  }
  const { kind, atMs, ...incident } = content;
  return JSON.stringify({ kind, ...shared, incident: { ...incident, at: instantOf(atMs) } });
}

function instantOf(atMs: number): string {
  return new Date(atMs).toISOString();
}

function refused(reason: string): SendOutcome {
  return { kind: "refused", reason };
}

function retryAfterMs(outcome: SendOutcome): number | null {
  return outcome.kind === "unavailable" ? outcome.afterMs : null;
}

/** Doubles with each attempt; half of it is random, so that what failed together is not tried together again. */
function backOffMs(attempts: number, random: () => number): number {
  const longestMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1));
  return longestMs * (0.5 + random() / 2);
}
