-- Sites, and what was due when.

CREATE TABLE sites (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text CHECK (name <> ''),
  url text NOT NULL CHECK (url <> ''),
  regexp text,
  interval_ms integer NOT NULL DEFAULT 60000 CHECK (interval_ms BETWEEN 1000 AND 86400000),
  timeout_ms integer NOT NULL DEFAULT 10000 CHECK (timeout_ms BETWEEN 1 AND 600000),
  enabled boolean NOT NULL DEFAULT true,
  options jsonb NOT NULL DEFAULT '{}',
  tags text[] NOT NULL DEFAULT '{}',
  -- When its failures are an incident; null is the default.
  incident jsonb,
  -- Name or URL of the site without which this one cannot be up.
  depends_on text,
  -- Where the site is defined; 'observed': only its results are known.
  source text NOT NULL DEFAULT 'table'
    CHECK (source IN ('table', 'file', 'command line', 'environment', 'observed')),
  -- True for a site of the table that was not removed.
  in_schedule boolean NOT NULL DEFAULT true,
  -- For a site that is defined elsewhere: when and by which monitor it was last said to be watched; null when it is not.
  watched_at timestamptz,
  watched_by text,
  -- Raised by every change of the definition; the ETag of the API.
  revision integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX sites_name ON sites (name) WHERE name IS NOT NULL;
CREATE INDEX sites_url ON sites (url);
CREATE INDEX sites_depends_on ON sites (depends_on) WHERE depends_on IS NOT NULL;
-- Monitors read the sites shard by shard; a site's shard is the last byte of its id.
CREATE INDEX sites_shard ON sites (get_byte(uuid_send(id), 15)) WHERE in_schedule AND enabled;

-- Also counts changes that other programs make.
CREATE FUNCTION sites_keep_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.revision := OLD.revision + 1;
  NEW.updated_at := now();
  RETURN NEW;
END
$$;

CREATE TRIGGER sites_keep_revision BEFORE UPDATE ON sites FOR EACH ROW
  WHEN ((OLD.name, OLD.url, OLD.regexp, OLD.interval_ms, OLD.timeout_ms, OLD.enabled, OLD.options, OLD.tags,
      OLD.incident, OLD.depends_on, OLD.source, OLD.in_schedule)
    IS DISTINCT FROM (NEW.name, NEW.url, NEW.regexp, NEW.interval_ms, NEW.timeout_ms, NEW.enabled, NEW.options, NEW.tags,
      NEW.incident, NEW.depends_on, NEW.source, NEW.in_schedule))
  EXECUTE FUNCTION sites_keep_revision();

-- A site's schedule over time: what was due in any past period follows from these rows alone.
-- They outlive their site, so there is no foreign key.
CREATE TABLE site_schedules (
  site_id uuid NOT NULL,
  valid_from timestamptz NOT NULL,
  valid_to timestamptz,
  interval_ms integer NOT NULL,
  paused boolean NOT NULL,
  PRIMARY KEY (site_id, valid_from),
  CHECK (valid_to >= valid_from)
);

-- Whoever changes a site, with whatever search_path, the schedule beside it is meant.
CREATE FUNCTION sites_keep_schedule() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  changed_id uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.id ELSE NEW.id END;
  was_due boolean := TG_OP <> 'INSERT' AND (OLD.in_schedule OR OLD.watched_at IS NOT NULL);
  is_due boolean := TG_OP <> 'DELETE' AND (NEW.in_schedule OR NEW.watched_at IS NOT NULL);
  changed_at timestamptz;
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.id = NEW.id AND OLD.interval_ms = NEW.interval_ms
     AND OLD.enabled = NEW.enabled AND was_due = is_due THEN
    RETURN NULL;
  END IF;
  -- now() is the start of the transaction. One that began earlier may write later: it must not end a period before
  -- that period began.
  SELECT greatest(now(), max(valid_from), max(valid_to)) INTO changed_at
  FROM site_schedules WHERE site_id = changed_id;
  -- Several changes at one instant leave one row: only the last state was ever visible.
  DELETE FROM site_schedules WHERE site_id = changed_id AND valid_from = changed_at;
  UPDATE site_schedules SET valid_to = changed_at WHERE site_id = changed_id AND valid_to IS NULL;
  IF is_due THEN
    INSERT INTO site_schedules (site_id, valid_from, interval_ms, paused)
    VALUES (NEW.id, changed_at, NEW.interval_ms, NOT NEW.enabled);
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER sites_keep_schedule AFTER INSERT OR UPDATE OR DELETE ON sites
  FOR EACH ROW EXECUTE FUNCTION sites_keep_schedule();

CREATE FUNCTION sites_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('sitewire_sites', TG_TABLE_SCHEMA);
  RETURN NULL;
END
$$;

CREATE TRIGGER sites_notify AFTER INSERT OR UPDATE OR DELETE ON sites
  FOR EACH STATEMENT EXECUTE FUNCTION sites_notify();
