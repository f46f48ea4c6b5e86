/** Ports of alerting: a durable store of deliveries, and the channels that send them. */
import type { RouteSettings } from "../../contract/alerting/alert-settings.ts";
import type { Incident } from "../incidents/ports.ts";
import type { Rotations } from "./routing/on-call.ts";
import type { Notice, NoticeKind } from "./wording/notice.ts";

export interface PlannedDelivery {
  /** A channel, or a rotation until `reassign` has replaced it by the channels of the person on call (`targets.ts`). */
  readonly channel: string;
  readonly kind: NoticeKind;
  readonly dueMs: number;
  /** Channels and rotations to try, in order, when this one fails permanently. */
  readonly fallbacks: readonly string[];
  /** Delay from one message to its reminder, milliseconds; null for no reminder. */
  readonly repeatEveryMs: number | null;
  /** Deliveries with the same key may share a message. */
  readonly groupKey: string;
}

export interface DueDelivery extends PlannedDelivery {
  readonly id: string;
  /** Failed attempts so far. */
  readonly attempts: number;
  /** The incident in its current state. */
  readonly incident: Incident;
  /** The unresolved incident behind this one; null when there is none. */
  readonly parent: { readonly incidentId: string; readonly siteName: string } | null;
  /**
   * Name of the site that this one depends on, while its state since the incident began is not known: it was not checked
   * yet, or failed and may become an incident. Null otherwise, and after a few of its intervals.
   */
  readonly unsureDependency: string | null;
  /** How many unresolved incidents this one is behind. */
  readonly heldBack: number;
  /** True when an earlier notifier claimed the delivery and stopped before it recorded the outcome. */
  readonly mayHaveBeenSent: boolean;
  /** The service's name of the thread of the first message about the incident; null when there is none. */
  readonly thread: string | null;
}

/** Every method throws `UnavailableError` while the database cannot serve. */
export interface DeliveryStore {
  /**
   * Stores the deliveries of one incident step. Storing the same step again adds nothing. An opening becomes due together
   * with an earlier one of its channel and group that still waits.
   */
  plan(incidentId: string, position: number, deliveries: readonly PlannedDelivery[]): Promise<void>;
  /** The channels that received, or may have received, a message about the incident. */
  notifiedChannels(incidentId: string): Promise<readonly string[]>;
  /** Cancels the incident's deliveries that have not been sent. */
  cancelWaiting(incidentId: string, reason: string): Promise<void>;
  /** Claims up to `limit` due deliveries, oldest first. No other notifier receives them for `claimMs`. */
  claimDue(owner: string, limit: number, claimMs: number): Promise<readonly DueDelivery[]>;
  /** Replaces a delivery to a rotation by deliveries to these channels, which are due at once. */
  reassign(id: string, channels: readonly string[]): Promise<void>;
  /** Marks deliveries as sent, stores the thread that the service named, and plans their reminders. */
  markSent(ids: readonly string[], thread: string | null): Promise<void>;
  /** Marks claimed deliveries as no longer needed. */
  cancel(ids: readonly string[], reason: string): Promise<void>;
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
  /** `thread` names the thread of the message, where the service has threads that later messages can join. */
  | { readonly kind: "sent"; readonly thread?: string }
  /** A temporary failure; `afterMs` is the delay that the service asks for, if it names one. */
  | { readonly kind: "unavailable"; readonly reason: string; readonly afterMs: number | null }
  /** A permanent failure: the service will never accept this message. */
  | { readonly kind: "refused"; readonly reason: string };

/** A way to reach people. */
export interface Channel {
  /** True when the service keeps an alert for each incident, which an acknowledgement changes too. */
  readonly keepsAlerts: boolean;
  /** Rejects only when the signal aborts. Gives up after a bounded time. Reasons contain no secrets. */
  send(notice: Notice, signal: AbortSignal): Promise<SendOutcome>;
}

/** What the notifier is configured with. */
export interface AlertingSettings {
  readonly routes: readonly RouteSettings[];
  readonly onCall: Rotations;
  /** Channels by name. */
  readonly channels: ReadonlyMap<string, ConfiguredChannel>;
  /** Address under which people reach the dashboard; null when it is unknown. */
  readonly publicUrl: string | null;
}

/** A channel of the configuration. */
export interface ConfiguredChannel extends Channel {
  /** What would be sent, without secrets. */
  preview(notice: Notice): string;
}
