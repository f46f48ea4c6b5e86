/** Ports of status pages: their definitions, what people write on them, and who is told. */
import type { NoticeImpact, NoticeState, StatusPage } from "../../contract/settings/status-page.ts";

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
  addNotice(notice: NewNotice): Promise<Notice>;
  /** Returns null when the id is unknown. */
  addUpdate(update: NewUpdate): Promise<Notice | null>;
  /** Calls `listener` when pages, notices or what they show may have changed. Notifications can be missed. */
  onChanged(listener: () => void, signal: AbortSignal): void;
}
