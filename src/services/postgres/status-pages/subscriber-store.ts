/** The tables `status_page_subscribers` and `status_page_messages`. */
import type {
  NewSubscriber,
  Notice,
  Subscriber,
  SubscriberMessage,
  SubscriberStore,
} from "../../../core/status-pages/ports.ts";
import type { SqlService } from "../connecting/sql.ts";
import { noticesById } from "./notice-row.ts";

const COLUMNS = `
  subscriber.id, subscriber.slug, subscriber.kind, subscriber.address,
  subscriber.unsubscribe_token AS "unsubscribeToken", confirmed_at IS NOT NULL AS confirmed`;

const ADD = `
  INSERT INTO status_page_subscribers AS subscriber (slug, kind, address, confirmation_hash, unsubscribe_token)
  VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (slug, kind, address) DO UPDATE
    SET confirmation_hash = excluded.confirmation_hash, asked_at = now() WHERE subscriber.confirmed_at IS NULL
  RETURNING ${COLUMNS}`;

const CONFIRM = `
  UPDATE status_page_subscribers AS subscriber SET confirmed_at = now(), confirmation_hash = NULL
  WHERE confirmation_hash = $1 AND asked_at > now() - $2 * interval '1 millisecond'
  RETURNING ${COLUMNS}`;

const REMOVE = "DELETE FROM status_page_subscribers WHERE unsubscribe_token = $1 RETURNING id";

const LIST = `
  SELECT ${COLUMNS} FROM status_page_subscribers AS subscriber WHERE slug = $1 ORDER BY asked_at, id LIMIT 10000`;

/** Claimed rows are due again when the lease ends, should their sender be gone by then. */
const CLAIM = `
  WITH due AS (
    SELECT id FROM status_page_messages
    WHERE sent_at IS NULL AND failed_at IS NULL AND due_at <= now()
    ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
  ), claimed AS (
    UPDATE status_page_messages AS message
    SET due_at = now() + $2 * interval '1 millisecond', attempts = attempts + 1
    FROM due WHERE message.id = due.id
    RETURNING message.*
  )
  SELECT claimed.id::text AS "messageId", attempts, notice_id AS "noticeId", position, ${COLUMNS}
  FROM claimed JOIN status_page_subscribers AS subscriber ON subscriber.id = subscriber_id
  ORDER BY claimed.id`;

const SENT = "UPDATE status_page_messages SET sent_at = now(), failure = NULL WHERE id = $1";

const FAILED = `
  UPDATE status_page_messages SET failure = $2,
    due_at = CASE WHEN $3::double precision IS NULL THEN due_at ELSE now() + $3 * interval '1 millisecond' END,
    failed_at = CASE WHEN $3::double precision IS NULL THEN now() END
  WHERE id = $1`;

type SubscriberRow = Subscriber & Record<string, unknown>;

type MessageRow = SubscriberRow & {
  readonly messageId: string;
  readonly attempts: number;
  readonly noticeId: string;
  readonly position: number;
};

export class SqlSubscriberStore implements SubscriberStore {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async add(given: NewSubscriber): Promise<Subscriber | null> {
    const { slug, kind, address, confirmationHash, unsubscribeToken } = given;
    const values = [slug, kind, address, Buffer.from(confirmationHash), unsubscribeToken];
    const [row] = await this.#service.rows<SubscriberRow>(ADD, values);
    return row ?? null;
  }

  async confirm(confirmationHash: Uint8Array, validMs: number): Promise<Subscriber | null> {
    const [row] = await this.#service.rows<SubscriberRow>(CONFIRM, [Buffer.from(confirmationHash), validMs]);
    return row ?? null;
  }

  async remove(unsubscribeToken: string): Promise<boolean> {
    return (await this.#service.rows(REMOVE, [unsubscribeToken])).length > 0;
  }

  async list(slug: string): Promise<readonly Subscriber[]> {
    return await this.#service.rows<SubscriberRow>(LIST, [slug]);
  }

  async claimMessages(limit: number, leaseMs: number): Promise<readonly SubscriberMessage[]> {
    return await this.#service.transaction(async (sql) => {
      const rows = await sql.rows<MessageRow>(CLAIM, [limit, leaseMs]);
      const ids = [...new Set(rows.map(({ noticeId }) => noticeId))];
      const notices = new Map((await noticesById(sql, ids)).map((notice) => [notice.id, notice]));
      return rows.flatMap((row) => messageOf(row, notices.get(row.noticeId)) ?? []);
    });
  }

  async messageSent(id: string): Promise<void> {
    await this.#service.change(SENT, [id]);
  }

  async messageFailed(id: string, reason: string, retryInMs: number | null): Promise<void> {
    await this.#service.change(FAILED, [id, reason, retryInMs]);
  }
}

function messageOf(row: MessageRow, notice: Notice | undefined): SubscriberMessage | null {
  const update = notice?.updates.find(({ position }) => position === row.position);
  if (notice === undefined || update === undefined) return null;
  const { id, slug, kind, address, unsubscribeToken, confirmed } = row;
  const subscriber = { id, slug, kind, address, unsubscribeToken, confirmed };
  return { id: row.messageId, subscriber, notice, update, attempts: row.attempts };
}
