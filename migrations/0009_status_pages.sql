-- Status pages: what the public sees, what people write there, and who is told.

CREATE TABLE status_pages (
  slug text PRIMARY KEY,
  -- src/contract/settings/status-page.ts
  definition jsonb NOT NULL,
  -- scrypt or argon2id, in PHC string format; null without a password.
  password_hash text,
  revision integer NOT NULL DEFAULT 1,
  changed_by text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now()
);

-- An incident as people tell it. The slug may be of a page in a file, so it references nothing.
CREATE TABLE status_page_notices (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  slug text NOT NULL,
  -- The detected incident that it is about.
  incident_id uuid REFERENCES incidents ON DELETE SET NULL,
  title text NOT NULL CHECK (title <> ''),
  impact text NOT NULL CHECK (impact IN ('none', 'minor', 'major', 'critical')),
  site_ids uuid[] NOT NULL,
  since timestamptz NOT NULL DEFAULT now(),
  resolved_at timestamptz,
  -- Grows with each change and each update: its first one makes it 1.
  revision integer NOT NULL DEFAULT 0
);

CREATE INDEX status_page_notices_by_time ON status_page_notices (slug, since DESC);

CREATE TABLE status_page_updates (
  notice_id uuid NOT NULL REFERENCES status_page_notices ON DELETE CASCADE,
  position integer NOT NULL,
  state text NOT NULL CHECK (state IN ('investigating', 'identified', 'monitoring', 'resolved')),
  text text NOT NULL CHECK (text <> ''),
  at timestamptz NOT NULL DEFAULT now(),
  by text NOT NULL,
  PRIMARY KEY (notice_id, position)
);

CREATE FUNCTION status_pages_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('sitewire_status_pages', TG_TABLE_SCHEMA);
  RETURN NULL;
END
$$;

CREATE TRIGGER status_pages_notify AFTER INSERT OR UPDATE OR DELETE ON status_pages
  FOR EACH STATEMENT EXECUTE FUNCTION status_pages_notify();
CREATE TRIGGER status_page_notices_notify AFTER INSERT OR UPDATE OR DELETE ON status_page_notices
  FOR EACH STATEMENT EXECUTE FUNCTION status_pages_notify();
CREATE TRIGGER status_page_updates_notify AFTER INSERT OR UPDATE OR DELETE ON status_page_updates
  FOR EACH STATEMENT EXECUTE FUNCTION status_pages_notify();

-- Who is told what a page announces.
CREATE TABLE status_page_subscribers (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  slug text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('email', 'webhook')),
  -- E-mail address, or URL.
  address text NOT NULL,
  -- Empty for all sites of the page.
  site_ids uuid[] NOT NULL DEFAULT '{}',
  -- The address of the page where the subscriber asked: links in messages begin with it.
  page_url text NOT NULL,
  -- Signs messages to a webhook.
  sealed_secret bytea,
  asked_at timestamptz NOT NULL DEFAULT now(),
  confirmed_at timestamptz,
  -- Messages in a row that were refused for good.
  refusals integer NOT NULL DEFAULT 0,
  -- Set after too many refusals: nothing more is sent until the subscriber asks again.
  ended_at timestamptz,
  UNIQUE (slug, kind, address)
);

-- Each message has a link with a token of its own; only the SHA-256 of a token is kept.
CREATE TABLE status_page_subscriber_tokens (
  hash text PRIMARY KEY,
  subscriber_id uuid NOT NULL REFERENCES status_page_subscribers ON DELETE CASCADE,
  purpose text NOT NULL CHECK (purpose IN ('confirm', 'unsubscribe')),
  made_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX status_page_subscriber_tokens_by_subscriber ON status_page_subscriber_tokens (subscriber_id);

CREATE TABLE status_page_announcements (
  slug text NOT NULL,
  -- Such as `notice:<id>:<position>`.
  event text NOT NULL,
  at timestamptz NOT NULL,
  -- src/contract/events/status-page-announcement.ts
  content jsonb NOT NULL,
  PRIMARY KEY (slug, event)
);

-- Recorded before they are sent.
CREATE TABLE status_page_messages (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- A subscriber gets messages in this order.
  position bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  subscriber_id uuid NOT NULL REFERENCES status_page_subscribers ON DELETE CASCADE,
  -- Of the announcement; `confirmation` asks whether the subscriber wants messages.
  event text NOT NULL,
  -- When to send, or to send again should the sender have crashed.
  due_at timestamptz NOT NULL DEFAULT now(),
  attempts integer NOT NULL DEFAULT 0,
  sent_at timestamptz,
  failed_at timestamptz,
  failure text,
  UNIQUE (subscriber_id, event)
);

CREATE INDEX status_page_messages_due ON status_page_messages (due_at) WHERE sent_at IS NULL AND failed_at IS NULL;

CREATE FUNCTION status_page_messages_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('sitewire_status_page_messages', TG_TABLE_SCHEMA);
  RETURN NULL;
END
$$;

CREATE TRIGGER status_page_messages_notify AFTER INSERT ON status_page_messages
  FOR EACH STATEMENT EXECUTE FUNCTION status_page_messages_notify();
