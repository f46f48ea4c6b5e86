/** Port for the deliveries that people look at. */
import type { NoticeKind } from "../wording/notice.ts";

export interface DeliveryFilter {
  readonly incidentId?: string | undefined;
  readonly channel?: string | undefined;
  readonly state?: ListedDelivery["state"] | undefined;
  /** Only of incidents of sites with one of these tags; null for all. */
  readonly visibleTags: readonly string[] | null;
  /** The last delivery of the page before. */
  readonly after?: { readonly createdAtMs: number; readonly id: string } | undefined;
  readonly limit: number;
}

/** Instants are milliseconds since the epoch. */
export interface ListedDelivery {
  readonly id: string;
  readonly incidentId: string;
  readonly siteId: string;
  readonly siteName: string | null;
  readonly url: string;
  readonly target: string;
  readonly channel: string;
  readonly kind: NoticeKind;
  readonly state: "waiting" | "sending" | "sent" | "failed" | "cancelled";
  readonly dueAtMs: number;
  readonly sentAtMs: number | null;
  readonly attempts: number;
  readonly reason: string | null;
  readonly createdAtMs: number;
}

/** How the last message of a channel ended. */
export interface LastDelivery {
  readonly channel: string;
  readonly kind: NoticeKind;
  readonly state: "sent" | "failed";
  /** When it was sent, or tried for the last time. */
  readonly atMs: number;
  readonly reason: string | null;
}

export interface DeliveryHistory {
  /** Newest first. Throws `UnavailableError`. */
  list(filter: DeliveryFilter): Promise<readonly ListedDelivery[]>;
  /** The newest delivery that has ended of each of these channels that has one. Throws `UnavailableError`. */
  lastOf(channels: readonly string[]): Promise<readonly LastDelivery[]>;
}
