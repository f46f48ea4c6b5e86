/** Subscribes visitors of status pages, and lists and removes subscribers. */
import { DAY_MS } from "../../../contract/duration.ts";
import { FailureError, UsageError } from "../../../contract/errors.ts";
import { isUuid } from "../../../contract/identity.ts";
import type { StatusPage } from "../../../contract/settings/status-page.ts";
import { createSigningSecret, hashOfSecret } from "../../../core/accounts/secrets.ts";
import type { SecretBox } from "../../../core/alerting/routing/stored-settings.ts";
import type { Database } from "../../../core/database.ts";
import { subscriberAddress } from "../../../core/status-pages/subscribers/addresses.ts";
import type {
  NewSubscription,
  Subscriber,
  SubscriberStore,
  TokenPurpose,
} from "../../../core/status-pages/subscribers/ports.ts";
import { type StatusPagesResources, showStatusPage } from "./status-pages.ts";
import { siteIdsOnPage } from "./viewing.ts";

export interface SubscriptionResources {
  readonly database: Pick<Database, "subscribers" | "statusPageRecords">;
  /** Throws `UsageError` while there is no key. */
  readonly secretBox: () => SecretBox;
}

/** Nobody is asked to confirm more often than that, however often a form is sent. */
const ASKED_APART_MS = 600_000;
const VALID_MS: Readonly<Record<TokenPurpose, number>> = { confirm: 2 * DAY_MS, unsubscribe: 400 * DAY_MS };

interface Request extends Pick<NewSubscription, "kind" | "address" | "pageUrl"> {
  /** Sites of the page by id; empty for all. */
  readonly sites: readonly string[];
}

/** Ways in which a page takes subscriptions. */
export function subscriptionKinds({ subscriptions }: StatusPage): readonly NewSubscription["kind"][] {
  return [
    ...(subscriptions?.email === undefined ? [] : (["email"] as const)),
    ...(subscriptions?.webhooks === true ? (["webhook"] as const) : []),
  ];
}

/**
 * Makes due the message that asks the subscriber to confirm. It tells its caller nothing of who is subscribed. Throws
 * `UsageError` for an address that is none, and `FailureError` for a site that the page does not show, or a page that
 * takes no such subscription.
 */
export async function subscribe(
  { database }: Pick<SubscriptionResources, "database">,
  page: StatusPage,
  { kind, address, sites, pageUrl }: Request,
): Promise<void> {
  if (!subscriptionKinds(page).includes(kind)) throw new FailureError("the page takes no such subscription");
  const siteIds = await siteIdsOnPage(database, page, sites);
  const subscription = { slug: page.slug, kind, address: subscriberAddress(kind, address), siteIds, pageUrl };
  await database.subscribers.ask(subscription, ASKED_APART_MS);
}

/** The subscriber of a link; null for one that is unknown, or too old. */
export async function subscriberOf(
  subscribers: SubscriberStore,
  { slug, token, purpose }: { readonly slug: string; readonly token: string; readonly purpose: TokenPurpose },
): Promise<Subscriber | null> {
  const found = await subscribers.find(hashOfSecret(token), purpose, VALID_MS[purpose]);
  return found?.slug === slug ? found : null;
}

/**
 * Returns the secret that signs messages to a webhook; null for an e-mail address, and where it was given before. Throws
 * `UsageError` while there is no key to keep it by.
 */
export async function confirmSubscription(
  { database, secretBox }: SubscriptionResources,
  { id, kind, confirmedAtMs }: Subscriber,
): Promise<string | null> {
  const secret = kind === "webhook" && confirmedAtMs === null ? createSigningSecret() : null;
  const sealed = secret === null ? null : secretBox().seal(secret, secretPurpose(id));
  await database.subscribers.confirm(id, sealed);
  return secret;
}

/** Binds a sealed secret to its subscriber. */
export function secretPurpose(subscriberId: string): string {
  return `subscriber ${subscriberId}`;
}

type ListResources = StatusPagesResources & { readonly database: Pick<Database, "subscribers"> };

export interface ListedSubscribers {
  readonly subscribers: readonly Subscriber[];
  readonly confirmed: number;
  readonly total: number;
}

/** By the time they asked. Throws `UnknownStatusPageError`. */
export async function listSubscribers(
  resources: ListResources,
  slug: string,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<ListedSubscribers> {
  await showStatusPage(resources, slug);
  if (after !== undefined && !isUuid(after)) throw new UsageError("cursor: is not `next` of this list");
  const [subscribers, counts] = await Promise.all([
    resources.database.subscribers.list(slug, after, limit),
    resources.database.subscribers.count(slug),
  ]);
  return { subscribers, ...counts };
}

/** Returns false when the page has no such subscriber. Throws `UnknownStatusPageError`. */
export async function removeSubscriber(resources: ListResources, slug: string, id: string): Promise<boolean> {
  await showStatusPage(resources, slug);
  return isUuid(id) && (await resources.database.subscribers.remove(slug, id));
}
