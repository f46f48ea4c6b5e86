-- Status pages: what the public sees, what people write there, and who is told.

CREATE TABLE status_pages (
  slug text PRIMARY KEY,
  -- src/contract/status-page.ts
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
  resolved_at timestamptz
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

CREATE TABLE status_page_subscribers (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  slug text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('email', 'webhook')),
  address text NOT NULL,
  -- SHA-256 of the token in the link that confirms; null once it was used.
  confirmation_hash bytea UNIQUE,
  asked_at timestamptz NOT NULL DEFAULT now(),
  confirmed_at timestamptz,
  -- In every message to the subscriber: whoever holds it may end the subscription, and nothing else.
  unsubscribe_token text NOT NULL UNIQUE,
  UNIQUE (slug, kind, address)
);

-- Messages to subscribers, recorded in the transaction of the update that they are about.
CREATE TABLE status_page_messages (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subscriber_id uuid NOT NULL REFERENCES status_page_subscribers ON DELETE CASCADE,
  notice_id uuid NOT NULL,
  position integer NOT NULL,
  -- When to send, or when to try again should its sender be gone.
  due_at timestamptz NOT NULL DEFAULT now(),
  attempts integer NOT NULL DEFAULT 0,
  sent_at timestamptz,
  failed_at timestamptz,
  failure text,
  UNIQUE (subscriber_id, notice_id, position),
  FOREIGN KEY (notice_id, position) REFERENCES status_page_updates ON DELETE CASCADE
);

CREATE INDEX status_page_messages_due ON status_page_messages (due_at) WHERE sent_at IS NULL AND failed_at IS NULL;

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
