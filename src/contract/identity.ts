/**
 * Identities of sites, results, incidents and deliveries. They are derived from content, so every process computes the
 * same ones without coordination. A result is identified by `(siteId, location, slot)`, which makes writing idempotent.
 */

import { v4 as uuidVersion4, v5 as uuidVersion5, validate } from "uuid";
import type { IncidentKind } from "./alerting/incident-event.ts";

/** Namespace of ids that are derived from a site's name: a random UUID that never changes (RFC 9562, section 5.5). */
const SITE_NAME_NAMESPACE = "8d3a1c52-6a0e-4d0b-9b6f-5f1f6f0f3c11";

/** Normalises a URL for comparison: lower-case scheme and host, no default port, no empty path (WHATWG URL Standard). */
export function normaliseUrl(url: string): string {
  const parsed = new URL(url);
  parsed.hash = "";
  return parsed.href;
}

/** Returns the version-5 UUID of a site's name, or of its normalised URL when it has no name. */
export function siteIdOf(site: { readonly name?: string | null | undefined; readonly url: string }): string {
  return site.name == null || site.name === ""
    ? uuidVersion5(normaliseUrl(site.url), uuidVersion5.URL)
    : uuidVersion5(site.name, SITE_NAME_NAMESPACE);
}

/** Returns `siteId/location/slot`, the CloudEvents id of a result; the slot is in ISO 8601 UTC milliseconds. */
export function resultIdentity(result: {
  readonly siteId: string;
  readonly location: string;
  readonly slot: string;
}): string {
  return `${result.siteId}/${result.location}/${result.slot}`;
}

/** Whether a text is a UUID of any version (RFC 9562), in upper or lower case. */
export function isUuid(text: string): boolean {
  return validate(text);
}

/** Namespace of incident ids: a random UUID that never changes (RFC 9562, section 5.5). */
const INCIDENT_NAMESPACE = "3f6f0c1e-52a7-4b7b-8a2c-0d8f3d1b9a54";

/** Stands for the site of an incident about Sitewire itself: a random UUID that never changes. */
export const PIPELINE_SITE_ID = "b6a1f0de-6d53-4a0c-9a53-6f2f8c1f5d21";

/** Stands for the site of an incident about a location. */
export function locationSiteIdOf(location: string): string {
  return uuidVersion5(`location/${location}`, INCIDENT_NAMESPACE);
}

/** Returns the version-5 UUID of a site's incident. Replayed results give the same id. */
export function incidentIdOf(siteId: string, sinceMs: number, kind: IncidentKind = "site"): string {
  const prefix = kind === "site" ? "" : `${kind}/`;
  return uuidVersion5(`${prefix}${siteId}/${new Date(sinceMs).toISOString()}`, INCIDENT_NAMESPACE);
}

/** Returns the id of a message to one channel about one incident step, which makes planning idempotent. */
export function deliveryIdOf(delivery: {
  readonly incidentId: string;
  readonly position: number;
  readonly kind: string;
  readonly channel: string;
}): string {
  const { incidentId, position, kind, channel } = delivery;
  return uuidVersion5(`${incidentId}/${position}/${kind}/${channel}`, INCIDENT_NAMESPACE);
}

/** Returns the id of the delivery to one channel that replaces a delivery to a rotation. */
export function reassignedIdOf(deliveryId: string, channel: string): string {
  return uuidVersion5(`${deliveryId}/${channel}`, INCIDENT_NAMESPACE);
}

/** Names a message that tells of several deliveries; a message about others of them is another one. */
export function messageIdOf(deliveryIds: readonly string[]): string {
  const [only, ...others] = deliveryIds;
  if (only !== undefined && others.length === 0) return only;
  return uuidVersion5(deliveryIds.toSorted().join("/"), INCIDENT_NAMESPACE);
}

/** A new id for a site whose derived id belongs to another one already. */
export function randomSiteId(): string {
  return uuidVersion4();
}
