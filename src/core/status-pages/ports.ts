/** Ports of status pages: their definitions, what people write on them, and who is told. */
import type { NoticeImpact, NoticeState, StatusPage } from "../../contract/status-page.ts";

/** A password of the table is a hash (core/accounts/password.ts); one of a file is plain. */
export interface PagePassword {
  readonly kind: "hash" | "plain";
  readonly value: string;
}

/** Instants are milliseconds since the epoch. */
export interface StoredPage {
  readonly page: StatusPage;
  /** Null for a page without a password. */
  readonly password: PagePassword | null;
  /** Grows with each change. */
  readonly revision: number;
  /** `file`: of sitewire.yaml, not editable. */
  readonly source: "table" | "file";
}

export interface Notice {
  readonly id: string;
  readonly slug: string;
  /** The detected incident that the notice is about. */
  readonly incidentId: string | null;
  readonly title: string;
  readonly impact: NoticeImpact;
  /** Ids of the sites concerned. */
  readonly siteIds: readonly string[];
  readonly sinceMs: number;
  readonly resolvedAtMs: number | null;
  /** Oldest first. */
  readonly updates: readonly NoticeUpdate[];
}

export interface NoticeUpdate {
  readonly position: number;
  readonly state: NoticeState;
  readonly text: string;
  readonly atMs: number;
  readonly by: string;
}

export interface NewNotice extends Pick<Notice, "slug" | "incidentId" | "title" | "impact" | "siteIds"> {
  readonly state: NoticeState;
  readonly text: string;
  readonly by: string;
}

export interface NewUpdate extends Pick<NoticeUpdate, "state" | "text" | "by"> {
  readonly noticeId: string;
}

type SubscriberKind = "email" | "webhook";

export interface NewSubscriber {
  readonly slug: string;
  readonly kind: SubscriberKind;
  readonly address: string;
  /** SHA-256 of the token of the link that confirms. */
  readonly confirmationHash: Uint8Array;
  /** In every message; ends the subscription. */
  readonly unsubscribeToken: string;
}

export interface Subscriber extends Pick<NewSubscriber, "slug" | "kind" | "address" | "unsubscribeToken"> {
  readonly id: string;
  readonly confirmed: boolean;
}

/** A message to a subscriber that is due. */
export interface SubscriberMessage {
  readonly id: string;
  readonly subscriber: Subscriber;
  readonly notice: Notice;
  readonly update: NoticeUpdate;
  /** Attempts so far. */
  readonly attempts: number;
}

/** Every method throws `UnavailableError` while the database cannot serve. */
export interface StatusPageStore {
  /** Ordered by slug. Invalid rows are skipped and logged. */
  list(): Promise<readonly StoredPage[]>;
  /**
   * Adds or replaces a page. `revision` is the one that the change is based on, null for a new page. A null password
   * keeps the present one. Returns null when the page has another revision, or exists already.
   */
  save(change: {
    readonly page: StatusPage;
    readonly passwordHash: string | null;
    readonly revision: number | null;
    readonly by: string;
  }): Promise<StoredPage | null>;
  /** Returns false when no page has this slug and revision. */
  remove(slug: string, revision: number | null): Promise<boolean>;
  /** Notices of a page that were not resolved before `sinceMs`, newest first. */
  notices(slug: string, sinceMs: number): Promise<readonly Notice[]>;
  /** Also makes a message due to each confirmed subscriber of the page. */
  addNotice(notice: NewNotice): Promise<Notice>;
  /** The same for one more update. Returns null when the id is unknown. */
  addUpdate(update: NewUpdate): Promise<Notice | null>;
  /** Calls `listener` when pages, notices or what they show may have changed. Notifications can be missed. */
  onChanged(listener: () => void, signal: AbortSignal): void;
}

export interface SubscriberStore {
  /** Adds a subscriber who has not confirmed yet, or gives one who has not a new link. Returns null for one who has. */
  add(subscriber: NewSubscriber): Promise<Subscriber | null>;
  /** Returns null for a link that is unknown, used or older than `validMs`. */
  confirm(confirmationHash: Uint8Array, validMs: number): Promise<Subscriber | null>;
  /** Returns false for an unknown token. */
  remove(unsubscribeToken: string): Promise<boolean>;
  list(slug: string): Promise<readonly Subscriber[]>;
  /** Messages that are due, claimed for `leaseMs`. */
  claimMessages(limit: number, leaseMs: number): Promise<readonly SubscriberMessage[]>;
  messageSent(id: string): Promise<void>;
  /** Due again in `retryInMs`; never again when null. */
  messageFailed(id: string, reason: string, retryInMs: number | null): Promise<void>;
}
