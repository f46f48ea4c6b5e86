/** The subscribers of status pages, what was announced to them, and the messages about it. */
import { announcementContentSchema } from "../../../contract/events/status-page-announcement.ts";
import type {
  Announcement,
  FailedMessage,
  NewSubscription,
  Subscriber,
  SubscriberMessage,
  SubscriberStore,
  TokenPurpose,
} from "../../../core/status-pages/subscribers/ports.ts";
import type { SqlService } from "../connecting/sql.ts";
import {
  ADD_TOKEN,
  ANNOUNCE,
  ASK,
  CLAIM,
  CONFIRM,
  COUNT,
  FAILED,
  FIND,
  FORGET,
  LIST,
  REMOVE,
  SENT,
  SUBSCRIBED,
} from "./subscriber-statements.ts";

const CHANNEL = "sitewire_status_page_messages";

type SubscriberRow = Subscriber & Record<string, unknown>;

type MessageRow = SubscriberRow & {
  readonly messageId: string;
  readonly attempts: number;
  readonly content: unknown;
};

export class SqlSubscriberStore implements SubscriberStore {
  readonly #service: SqlService;
  readonly #schema: string;

  constructor(service: SqlService, schema: string) {
    this.#service = service;
    this.#schema = schema;
  }

  async ask({ slug, kind, address, siteIds, pageUrl }: NewSubscription, apartMs: number): Promise<void> {
    await this.#service.rows(ASK, [slug, kind, address, arrayOf(siteIds), pageUrl, apartMs]);
  }

  async find(tokenHash: string, purpose: TokenPurpose, validMs: number): Promise<Subscriber | null> {
    const [row] = await this.#service.rows<SubscriberRow>(FIND, [tokenHash, purpose, validMs]);
    return row === undefined ? null : subscriberOf(row);
  }

  async confirm(id: string, sealedSecret: Uint8Array | null): Promise<boolean> {
    const sealed = sealedSecret === null ? null : Buffer.from(sealedSecret);
    return (await this.#service.rows(CONFIRM, [id, sealed])).length > 0;
  }

  async remove(slug: string, id: string): Promise<boolean> {
    return (await this.#service.rows(REMOVE, [slug, id])).length > 0;
  }

  async list(slug: string, after: string | undefined, limit: number): Promise<readonly Subscriber[]> {
    return (await this.#service.rows<SubscriberRow>(LIST, [slug, after ?? null, limit])).map(subscriberOf);
  }

  async count(slug: string): Promise<{ readonly confirmed: number; readonly total: number }> {
    const [row] = await this.#service.rows<{ confirmed: number; total: number }>(COUNT, [slug]);
    return row ?? { confirmed: 0, total: 0 };
  }

  async subscribedSlugs(): Promise<readonly string[]> {
    return (await this.#service.rows<{ slug: string }>(SUBSCRIBED)).map(({ slug }) => slug);
  }

  async announce(slug: string, announcements: readonly Announcement[]): Promise<void> {
    if (announcements.length === 0) return;
    await this.#service.rows(ANNOUNCE, [slug, JSON.stringify(announcements)]);
  }

  async claim(limit: number, leaseMs: number): Promise<readonly SubscriberMessage[]> {
    return (await this.#service.rows<MessageRow>(CLAIM, [limit, leaseMs])).map((row) => ({
      id: row.messageId,
      subscriber: subscriberOf(row),
      content: row.content === null ? null : announcementContentSchema.parse(row.content),
      attempts: row.attempts,
    }));
  }

  async addToken(subscriberId: string, purpose: TokenPurpose, tokenHash: string): Promise<void> {
    await this.#service.change(ADD_TOKEN, [tokenHash, subscriberId, purpose]);
  }

  async sent(messageId: string): Promise<void> {
    await this.#service.rows(SENT, [messageId]);
  }

  async failed({ id, reason, retryInMs, mostRefusals }: FailedMessage): Promise<void> {
    await this.#service.rows(FAILED, [id, reason, retryInMs, mostRefusals]);
  }

  async forget({
    unconfirmedMs,
    announcedMs,
  }: {
    readonly unconfirmedMs: number;
    readonly announcedMs: number;
  }): Promise<void> {
    await this.#service.rows(FORGET, [unconfirmedMs, announcedMs]);
  }

  onDue(listener: () => void, signal: AbortSignal): void {
    const heard = (payload: string | null): void => {
      if (payload === null || payload === this.#schema) listener();
    };
    this.#service.listen(CHANNEL, heard, signal);
  }
}

function arrayOf(ids: readonly string[]): string {
  return `{${ids.join(",")}}`;
}

function subscriberOf(row: SubscriberRow): Subscriber {
  const { id, slug, kind, address, siteIds, pageUrl, askedAtMs, confirmedAtMs, endedAtMs, sealedSecret } =
    row;
  return { id, slug, kind, address, siteIds, pageUrl, askedAtMs, confirmedAtMs, endedAtMs, sealedSecret };
}
