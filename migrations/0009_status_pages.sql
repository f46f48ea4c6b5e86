-- Status pages: what the public sees, and what people write there.

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
