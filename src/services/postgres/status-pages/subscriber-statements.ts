/** The statements of subscriptions to status pages. */
import { millisecondsOf } from "../connecting/instants.ts";

const COLUMNS = `
  subscriber.id, subscriber.slug, subscriber.kind, subscriber.address, subscriber.site_ids::text[] AS "siteIds",
  subscriber.page_url AS "pageUrl", subscriber.sealed_secret AS "sealedSecret",
  ${millisecondsOf("subscriber.asked_at", "askedAtMs")},
  ${millisecondsOf("subscriber.confirmed_at", "confirmedAtMs")},
  ${millisecondsOf("subscriber.ended_at", "endedAtMs")}`;

/** One who was refused too often begins anew. */
export const ASK = `
  WITH asked AS (
    INSERT INTO status_page_subscribers AS subscriber (slug, kind, address, site_ids, page_url)
    VALUES ($1, $2, $3, $4::uuid[], $5)
    ON CONFLICT (slug, kind, address) DO UPDATE
      SET site_ids = excluded.site_ids, page_url = excluded.page_url, asked_at = now(), confirmed_at = NULL,
        refusals = 0, ended_at = NULL
      WHERE subscriber.confirmed_at IS NULL OR subscriber.ended_at IS NOT NULL
    RETURNING id
  )
  INSERT INTO status_page_messages AS message (subscriber_id, event) SELECT id, 'confirmation' FROM asked
  ON CONFLICT (subscriber_id, event) DO UPDATE
    SET due_at = now(), attempts = 0, sent_at = NULL, failed_at = NULL, failure = NULL
    WHERE message.due_at < now() - $6 * interval '1 millisecond'`;

export const FIND = `
  SELECT ${COLUMNS}
  FROM status_page_subscriber_tokens AS token
  JOIN status_page_subscribers AS subscriber ON subscriber.id = token.subscriber_id
  WHERE token.hash = $1 AND token.purpose = $2 AND token.made_at > now() - $3 * interval '1 millisecond'`;

/** Later links to confirm change nothing: the first secret stays. */
export const CONFIRM = `
  UPDATE status_page_subscribers SET confirmed_at = coalesce(confirmed_at, now()),
    sealed_secret = CASE WHEN confirmed_at IS NULL THEN $2 ELSE sealed_secret END
  WHERE id = $1 RETURNING id`;

export const REMOVE = "DELETE FROM status_page_subscribers WHERE slug = $1 AND id = $2 RETURNING id";

export const LIST = `
  SELECT ${COLUMNS} FROM status_page_subscribers AS subscriber
  WHERE slug = $1 AND ($2::uuid IS NULL OR (asked_at, id) >
    (SELECT asked_at, id FROM status_page_subscribers WHERE id = $2::uuid))
  ORDER BY asked_at, id LIMIT $3`;

export const COUNT = `
  SELECT count(*)::integer AS total,
    count(*) FILTER (WHERE confirmed_at IS NOT NULL AND ended_at IS NULL)::integer AS confirmed
  FROM status_page_subscribers WHERE slug = $1`;

export const SUBSCRIBED = `
  SELECT DISTINCT slug FROM status_page_subscribers
  WHERE confirmed_at IS NOT NULL AND ended_at IS NULL ORDER BY slug`;

export const ANNOUNCE = `
  WITH given AS (
    SELECT * FROM jsonb_to_recordset($2::jsonb)
      AS each (event text, "atMs" double precision, "siteIds" uuid[], content jsonb)
  ), fresh AS (
    INSERT INTO status_page_announcements (slug, event, at, content)
    SELECT $1, event, coalesce(to_timestamp("atMs" / 1000), now()), content FROM given
    ON CONFLICT DO NOTHING RETURNING event, at
  )
  INSERT INTO status_page_messages (subscriber_id, event)
  SELECT subscriber.id, fresh.event
  FROM fresh JOIN given ON given.event = fresh.event
  JOIN status_page_subscribers AS subscriber ON subscriber.slug = $1
    AND subscriber.confirmed_at <= fresh.at AND subscriber.ended_at IS NULL
    AND (subscriber.site_ids = '{}' OR given."siteIds" = '{}' OR subscriber.site_ids && given."siteIds")
  ORDER BY fresh.at, fresh.event
  ON CONFLICT DO NOTHING`;

/** Of each subscriber the oldest message only: what is resolved is not told before what was broken. */
export const CLAIM = `
  WITH due AS (
    SELECT id FROM status_page_messages AS message
    WHERE sent_at IS NULL AND failed_at IS NULL AND due_at <= now() AND NOT EXISTS (
      SELECT FROM status_page_messages AS earlier
      WHERE earlier.subscriber_id = message.subscriber_id AND earlier.position < message.position
        AND earlier.sent_at IS NULL AND earlier.failed_at IS NULL
    )
    ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
  ), claimed AS (
    UPDATE status_page_messages AS message
    SET due_at = now() + $2 * interval '1 millisecond', attempts = attempts + 1
    FROM due WHERE message.id = due.id RETURNING message.id, message.subscriber_id, message.event, message.attempts
  )
  SELECT claimed.id AS "messageId", claimed.attempts, announcement.content, ${COLUMNS}
  FROM claimed JOIN status_page_subscribers AS subscriber ON subscriber.id = claimed.subscriber_id
  LEFT JOIN status_page_announcements AS announcement
    ON announcement.slug = subscriber.slug AND announcement.event = claimed.event
  WHERE claimed.event = 'confirmation' OR announcement.event IS NOT NULL`;

export const ADD_TOKEN = `
  INSERT INTO status_page_subscriber_tokens (hash, subscriber_id, purpose)
  SELECT $1, id, $3 FROM status_page_subscribers WHERE id = $2`;

export const SENT = `
  WITH sent AS (
    UPDATE status_page_messages SET sent_at = now(), failure = NULL WHERE id = $1 RETURNING subscriber_id
  )
  UPDATE status_page_subscribers SET refusals = 0 FROM sent WHERE id = sent.subscriber_id AND refusals > 0`;

export const FAILED = `
  WITH failed AS (
    UPDATE status_page_messages SET failure = $2,
      due_at = CASE WHEN $3::double precision IS NULL THEN due_at
        ELSE now() + $3::double precision * interval '1 millisecond' END,
      failed_at = CASE WHEN $3::double precision IS NULL THEN now() END
    WHERE id = $1 RETURNING subscriber_id, failed_at
  )
  UPDATE status_page_subscribers
  SET refusals = refusals + 1, ended_at = CASE WHEN refusals + 1 >= $4 THEN now() ELSE ended_at END
  FROM failed WHERE id = failed.subscriber_id AND failed.failed_at IS NOT NULL`;

export const FORGET = `
  WITH unconfirmed AS (
    DELETE FROM status_page_subscribers
    WHERE confirmed_at IS NULL AND asked_at < now() - $1 * interval '1 millisecond'
  ), tokens AS (
    DELETE FROM status_page_subscriber_tokens
    WHERE made_at < now() - CASE purpose WHEN 'confirm' THEN $1 ELSE $2 END * interval '1 millisecond'
  ), messages AS (
    DELETE FROM status_page_messages WHERE sent_at < now() - $2 * interval '1 millisecond'
  )
  DELETE FROM status_page_announcements WHERE at < now() - $2 * interval '1 millisecond'`;
