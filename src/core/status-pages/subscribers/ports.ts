/** Ports of subscriptions to status pages: who has subscribed, what is announced, and the messages about it. */
import type { AnnouncementContent } from "../../../contract/events/status-page-announcement.ts";

export type SubscriberKind = "email" | "webhook";
export type TokenPurpose = "confirm" | "unsubscribe";

export interface NewSubscription {
  readonly slug: string;
  readonly kind: SubscriberKind;
  readonly address: string;
  /** Empty for all sites of the page. */
  readonly siteIds: readonly string[];
  /** The address of the page, as the subscriber reaches it, without a slash at its end. */
  readonly pageUrl: string;
}

/** Instants are milliseconds since the epoch. */
export interface Subscriber extends NewSubscription {
  readonly id: string;
  readonly askedAtMs: number;
  /** Null until the subscriber has confirmed. */
  readonly confirmedAtMs: number | null;
  /** When messages ended, because too many were refused; null while they are sent. */
  readonly endedAtMs: number | null;
  readonly sealedSecret: Uint8Array | null;
}

export interface Announcement {
  /** Unique on the page. */
  readonly event: string;
  /** Only who has confirmed before is told; null is now. */
  readonly atMs: number | null;
  /** Empty for all sites of the page. */
  readonly siteIds: readonly string[];
  readonly content: AnnouncementContent;
}

/** A message that is due. */
export interface SubscriberMessage {
  readonly id: string;
  readonly subscriber: Subscriber;
  /** Null asks the subscriber to confirm. */
  readonly content: AnnouncementContent | null;
  /** Attempts, with this one. */
  readonly attempts: number;
}

export interface FailedMessage {
  readonly id: string;
  readonly reason: string;
  /** Null: never again. */
  readonly retryInMs: number | null;
  /** After so many messages in a row that failed for good the subscription ends. */
  readonly mostRefusals: number;
}

/** Every method throws `UnavailableError` while the database cannot serve. */
export interface SubscriberStore {
  /**
   * Adds a subscriber who has not confirmed yet, and makes the message due that asks for it, at most once in
   * `apartMs`. Changes nothing for one who has confirmed and is told.
   */
  ask(subscription: NewSubscription, apartMs: number): Promise<void>;
  /** The subscriber of a link; null for one that is unknown, or older than `validMs`. */
  find(tokenHash: string, purpose: TokenPurpose, validMs: number): Promise<Subscriber | null>;
  /** Returns false when the subscriber is gone. */
  confirm(id: string, sealedSecret: Uint8Array | null): Promise<boolean>;
  /** Returns false when the page has no such subscriber. */
  remove(slug: string, id: string): Promise<boolean>;
  /** By the time they asked, after the subscriber `after`. */
  list(slug: string, after: string | undefined, limit: number): Promise<readonly Subscriber[]>;
  count(slug: string): Promise<{ readonly confirmed: number; readonly total: number }>;
  /** Pages that somebody is subscribed to. */
  subscribedSlugs(): Promise<readonly string[]>;
  /** Records announcements that are new, and a message to each subscriber whom they concern. */
  announce(slug: string, announcements: readonly Announcement[]): Promise<void>;
  /** Messages that are due, claimed for `leaseMs`. */
  claim(limit: number, leaseMs: number): Promise<readonly SubscriberMessage[]>;
  addToken(subscriberId: string, purpose: TokenPurpose, tokenHash: string): Promise<void>;
  sent(messageId: string): Promise<void>;
  failed(message: FailedMessage): Promise<void>;
  /** Forgets who has not confirmed, and what was announced, before that many milliseconds. */
  forget(older: { readonly unconfirmedMs: number; readonly announcedMs: number }): Promise<void>;
  /** Calls `listener` when messages may be due. Notifications can be missed. */
  onDue(listener: () => void, signal: AbortSignal): void;
}
