/** What alerting needs of the world: deliveries that outlive the process, and channels to send them by. */
import type { Incident } from "../incidents/ports.ts";
import type { Notice, NoticeKind } from "./notice.ts";

export interface PlannedDelivery {
  readonly channel: string;
  readonly kind: NoticeKind;
  readonly dueMs: number;
  /** Channels to try in turn when this one fails for good. */
  readonly fallbacks: readonly string[];
  /** Plan a reminder so long after it was sent. */
  readonly repeatEveryMs: number | null;
}

export interface DueDelivery extends PlannedDelivery {
  readonly id: string;
  /** How often it was tried before. */
  readonly attempts: number;
  /** Its incident as it is now. */
  readonly incident: Incident;
  /** An open incident of the site without which this one cannot be up; null where there is none. */
  readonly parent: { readonly incidentId: string; readonly siteName: string } | null;
  /** True when whoever claimed it before ended without saying how it went. */
  readonly mayHaveBeenSent: boolean;
}

/** A silence that is in force. */
export interface Silence {
  readonly id: string;
  readonly incidentId: string | null;
  /** Id, name or URL of a site. */
  readonly site: string | null;
  readonly tag: string | null;
  readonly reason: string;
  readonly createdBy: string;
  /** Milliseconds since the epoch; null until the incident recovers. */
  readonly untilMs: number | null;
}

/** Every method throws `UnavailableError` while the database cannot serve. */
export interface DeliveryStore {
  /** Adds deliveries of one step of an incident. The same step again adds nothing. */
  plan(incidentId: string, position: number, deliveries: readonly PlannedDelivery[]): Promise<void>;
  /** The channels to which a delivery of the incident went, or may have gone. */
  toldChannels(incidentId: string): Promise<readonly string[]>;
  /** Cancels what waits to be sent of an incident. */
  cancelWaiting(incidentId: string, reason: string): Promise<void>;
  /** Takes due deliveries, oldest first: nobody else gets them for `claimMs`. */
  claimDue(owner: string, limit: number, claimMs: number): Promise<readonly DueDelivery[]>;
  /** Plans the reminders that follow as well. */
  markSent(ids: readonly string[]): Promise<void>;
  /** Tries again at `dueMs`. An attempt counts; waiting for a silence or a maintenance window does not. */
  postpone(ids: readonly string[], dueMs: number, reason: string, attempt: boolean): Promise<void>;
  /** Gives up, and plans the next fallback where there is one. */
  fail(ids: readonly string[], reason: string): Promise<void>;
  /** Says which incident is behind another one. */
  setParent(incidentId: string, parentId: string): Promise<void>;
  /** Calls `listener` when deliveries may have been planned; a hint, not a promise. Ends with the signal. */
  onPlanned(listener: () => void, signal: AbortSignal): void;
}

export type SendOutcome =
  | { readonly kind: "sent" }
  /** Not this time; `afterMs` where the service says when. */
  | { readonly kind: "unavailable"; readonly reason: string; readonly afterMs: number | null }
  /** The service will not take it, however often it is sent. */
  | { readonly kind: "refused"; readonly reason: string };

/** A way to reach people. */
export interface Channel {
  /** Never rejects, but for the signal's abort; gives up after a bounded time. Reasons hold no secret. */
  send(notice: Notice, signal: AbortSignal): Promise<SendOutcome>;
}
