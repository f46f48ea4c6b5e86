/** Ports of alerting: a durable store of deliveries, and the channels that send them. */
import type { Incident } from "../incidents/ports.ts";
import type { Notice, NoticeKind } from "./notice.ts";

export interface PlannedDelivery {
  readonly channel: string;
  readonly kind: NoticeKind;
  readonly dueMs: number;
  /** Channels to try, in order, when this one fails permanently. */
  readonly fallbacks: readonly string[];
  /** Delay from one message to its reminder, milliseconds; null for no reminder. */
  readonly repeatEveryMs: number | null;
}

export interface DueDelivery extends PlannedDelivery {
  readonly id: string;
  /** Failed attempts so far. */
  readonly attempts: number;
  /** The incident in its current state. */
  readonly incident: Incident;
  /** An open incident of a site that this site depends on; null when there is none. */
  readonly parent: { readonly incidentId: string; readonly siteName: string } | null;
  /** True when an earlier notifier claimed the delivery and stopped before it recorded the outcome. */
  readonly mayHaveBeenSent: boolean;
}

/** Every method throws `UnavailableError` while the database cannot serve. */
export interface DeliveryStore {
  /** Stores the deliveries of one incident step. Storing the same step again adds nothing. */
  plan(incidentId: string, position: number, deliveries: readonly PlannedDelivery[]): Promise<void>;
  /** The channels that received, or may have received, a message about the incident. */
  notifiedChannels(incidentId: string): Promise<readonly string[]>;
  /** Cancels the incident's deliveries that have not been sent. */
  cancelWaiting(incidentId: string, reason: string): Promise<void>;
  /** Claims up to `limit` due deliveries, oldest first. No other notifier receives them for `claimMs`. */
  claimDue(owner: string, limit: number, claimMs: number): Promise<readonly DueDelivery[]>;
  /** Marks deliveries as sent, and plans their reminders. */
  markSent(ids: readonly string[]): Promise<void>;
  /** Makes deliveries due again at `dueMs`. `attempt` is false when they wait for a silence or a maintenance window. */
  postpone(ids: readonly string[], dueMs: number, reason: string, attempt: boolean): Promise<void>;
  /** Marks deliveries as failed, and plans the next fallback channel where there is one. */
  fail(ids: readonly string[], reason: string): Promise<void>;
  /** Records which incident caused another one. */
  setParent(incidentId: string, parentId: string): Promise<void>;
  /** Calls `listener` when deliveries may have been planned. Notifications can be missed, so also poll. */
  onPlanned(listener: () => void, signal: AbortSignal): void;
}

export type SendOutcome =
  | { readonly kind: "sent" }
  /** A temporary failure; `afterMs` is the delay that the service asks for, if it names one. */
  | { readonly kind: "unavailable"; readonly reason: string; readonly afterMs: number | null }
  /** A permanent failure: the service will never accept this message. */
  | { readonly kind: "refused"; readonly reason: string };

/** A way to reach people. */
export interface Channel {
  /** Rejects only when the signal aborts. Gives up after a bounded time. Reasons contain no secrets. */
  send(notice: Notice, signal: AbortSignal): Promise<SendOutcome>;
}

/** A channel of the configuration. */
export interface ConfiguredChannel extends Channel {
  /** What would be sent, without secrets. */
  preview(notice: Notice): string;
}
