/** A message about incidents, before a channel formats it. */
import { shownUrl } from "../../../contract/checks/shown-url.ts";
import type { Incident } from "../../incidents/ports.ts";

export type NoticeKind = "opened" | "escalated" | "reminder" | "worsened" | "acknowledged" | "resolved";

/** One message, about one incident or about several that are sent together. */
export interface Notice {
  readonly kind: NoticeKind | "test";
  /** At least one; empty only for a test message. */
  readonly incidents: readonly Incident[];
  /** True when the message may have been sent before: an earlier sender stopped before it recorded the outcome. */
  readonly repeated: boolean;
  /** What the messages about one incident share: its id. A message about several has a key of its own. */
  readonly key: string;
  /** Names this message, also when it is sent again: for channels that drop doubles of their own accord. */
  readonly id: string;
  /** The service's name of the thread that the message belongs to; null for a message that begins one. */
  readonly thread: string | null;
  /** Address of the dashboard's page about it; null where nobody said how people reach the dashboard. */
  readonly page: string | null;
  /** How many unresolved incidents people are not told of because this one is behind them; none when omitted. */
  readonly heldBack?: number;
}

export interface NoticeText {
  /** One line: what is broken, since when, why, and what to do next. */
  readonly title: string;
  /** One fact per line; the last line is a command to run. */
  readonly lines: readonly string[];
}

/** How much a notice matters: the worst of its incidents. */
export function urgencyOf({ kind, incidents }: Notice): "down" | "degraded" | "resolved" | "test" {
  if (kind === "test" || kind === "resolved") return kind;
  return incidents.some(({ severity }) => severity === "down") ? "down" : "degraded";
}

export interface NoticeLink {
  readonly url: string;
  readonly label: string;
}

/** Where a person goes from the message: the dashboard's page about it, or else the site; null for neither. */
export function linkOf(notice: Notice): NoticeLink | null {
  if (notice.page !== null) return { url: notice.page, label: "Open it in Sitewire" };
  const url = siteUrlOf(notice);
  return url === null ? null : { url, label: "Open the site" };
}

/** The address of the site a notice is about, without its password; null for a digest, and for what is no web address. */
export function siteUrlOf({ incidents }: Notice): string | null {
  const [incident, ...others] = incidents;
  if (incident === undefined || others.length > 0) return null;
  return /^https?:/.test(incident.url) && URL.canParse(incident.url) ? shownUrl(incident.url) : null;
}
