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
  -- False for a site that is only known because a result of it arrived, or that was removed.
  in_schedule boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX sites_name ON sites (name) WHERE name IS NOT NULL;
CREATE INDEX sites_url ON sites (url);
-- Monitors read the sites shard by shard; a site's shard is the last byte of its id.
CREATE INDEX sites_shard ON sites (get_byte(uuid_send(id), 15)) WHERE in_schedule AND enabled;

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
  changed_at timestamptz;
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.id = NEW.id AND OLD.interval_ms = NEW.interval_ms
     AND OLD.enabled = NEW.enabled AND OLD.in_schedule = NEW.in_schedule THEN
    RETURN NULL;
  END IF;
  -- now() is the start of the transaction. One that began earlier may write later: it must not end a period before
  -- that period began.
  SELECT greatest(now(), max(valid_from), max(valid_to)) INTO changed_at
  FROM site_schedules WHERE site_id = changed_id;
  -- Several changes at one instant leave one row: only the last state was ever visible.
  DELETE FROM site_schedules WHERE site_id = changed_id AND valid_from = changed_at;
  UPDATE site_schedules SET valid_to = changed_at WHERE site_id = changed_id AND valid_to IS NULL;
  IF TG_OP <> 'DELETE' AND NEW.in_schedule THEN
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
