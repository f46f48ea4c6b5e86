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
  /** Grows with each change and each update. */
  readonly revision: number;
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

/** What may be changed of a notice; its updates stay as they were written. */
export interface NoticeChange extends Pick<Notice, "id" | "incidentId" | "title" | "impact" | "siteIds"> {
  /** The revision that the change is based on; any when undefined. */
  readonly revision: number | undefined;
}

export interface NewUpdate extends Pick<NoticeUpdate, "state" | "text" | "by"> {
  readonly noticeId: string;
}

export interface PageChange {
  readonly page: StatusPage;
  /** Undefined keeps the present one. */
  readonly passwordHash: string | null | undefined;
  readonly by: string;
}

/** Every method throws `UnavailableError` while the database cannot serve. */
export interface StatusPageStore {
  /** Ordered by slug. Invalid rows are skipped and logged. */
  list(): Promise<readonly StoredPage[]>;
  /** Adds a page. Returns null when its slug is taken. */
  add(page: PageChange): Promise<StoredPage | null>;
  /** Replaces the page with this slug. Returns null when there is none of this revision (undefined: any). */
  replace(page: PageChange, revision: number | undefined): Promise<StoredPage | null>;
  /** Returns false when no page has this slug and revision. */
  remove(slug: string, revision: number | undefined): Promise<boolean>;
  /** Notices of a page that were not resolved before `sinceMs`, newest first. */
  notices(slug: string, sinceMs: number): Promise<readonly Notice[]>;
  /** Returns null when the id is unknown. */
  findNotice(id: string): Promise<Notice | null>;
  addNotice(notice: NewNotice): Promise<Notice>;
  /** Returns null when there is no notice of this revision. */
  changeNotice(change: NoticeChange): Promise<Notice | null>;
  /** Returns false when there is no notice of this revision (undefined: any). */
  removeNotice(id: string, revision: number | undefined): Promise<boolean>;
  /** Returns null when the id is unknown. */
  addUpdate(update: NewUpdate): Promise<Notice | null>;
  /** Calls `listener` when pages, notices or what they show may have changed. Notifications can be missed. */
  onChanged(listener: () => void, signal: AbortSignal): void;
}
