/** The words for one incident that all messages use. */
import type { IncidentKind } from "../../../contract/alerting/incident-event.ts";
import { shownUrl } from "../../../contract/checks/shown-url.ts";
import type { Incident } from "../../incidents/ports.ts";
import { nextStepFor } from "./next-steps.ts";
import { utc } from "./notice-words.ts";

interface KindWords {
  /** Begins the first line. */
  readonly down: string;
  readonly degraded: string;
  /** Follows the name once the incident is resolved. */
  readonly good: string;
  /** What to do, where the cause does not say. */
  readonly next: string;
}

const WORDS: Readonly<Record<IncidentKind, KindWords>> = {
  site: { down: "DOWN", degraded: "DEGRADED", good: "up again", next: "open the site" },
  not_observed: {
    down: "NOT OBSERVED",
    degraded: "NOT OBSERVED",
    good: "observed again",
    next: "start a monitor; see sitewire status",
  },
  pipeline: {
    down: "NO RESULTS RECORDED by",
    degraded: "NO RESULTS RECORDED by",
    good: "records results again",
    next: "run sitewire status",
  },
  location: {
    down: "CUT OFF",
    degraded: "CUT OFF",
    good: "reaches the sites again",
    next: "check the network of that monitor",
  },
  certificate: {
    down: "CERTIFICATE EXPIRED",
    degraded: "CERTIFICATE EXPIRES SOON",
    good: "has another certificate",
    next: "renew the certificate",
  },
  domain: {
    down: "DOMAIN EXPIRED",
    degraded: "DOMAIN EXPIRES SOON",
    good: "has its domain renewed",
    next: "renew the domain at its registrar",
  },
};

/** Such as `DOWN`, in capitals. */
export function stateOf({ kind, severity }: Incident): string {
  return WORDS[kind][severity];
}

/** Begins with a blank; empty for what expires: its date is in the cause, and nothing is broken before. */
export function sinceOf(incidents: readonly Incident[]): string {
  if (incidents.every(expires)) return "";
  return ` since ${utc(Math.min(...incidents.map(({ sinceMs }) => sinceMs)))}`;
}

export function expires({ kind }: Incident): boolean {
  return kind === "certificate" || kind === "domain";
}

export function goodAgainOf({ kind }: Incident): string {
  return WORDS[kind].good;
}

export function nameOf({ siteName, url }: Incident): string {
  return siteName ?? shownUrl(url);
}

export function nextStepOf({ kind, cause, statusCode }: Incident): string {
  return nextStepFor(cause?.code ?? null, statusCode) ?? WORDS[kind].next;
}
