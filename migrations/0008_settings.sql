-- What people set over the API and the command line, beside sitewire.yaml: channels, routes, texts about incidents.

CREATE TABLE channels (
  name text PRIMARY KEY,
  type text NOT NULL,
  -- The settings with their secrets, encrypted by AES-256-GCM (src/services/secrets/sealing.ts).
  sealed_settings bytea NOT NULL,
  revision integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL
);

-- One row: the routes and on-call rotations as sitewire.yaml would have them.
CREATE TABLE alert_routes (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  routes jsonb NOT NULL,
  on_call jsonb NOT NULL,
  revision integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL
);

-- Notifiers read both again. One that misses a notification finds the change by polling.
CREATE FUNCTION alert_settings_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('sitewire_alert_settings', '');
  RETURN NULL;
END
$$;

CREATE TRIGGER alert_settings_notify AFTER INSERT OR UPDATE OR DELETE ON channels
  FOR EACH STATEMENT EXECUTE FUNCTION alert_settings_notify();
CREATE TRIGGER alert_settings_notify AFTER INSERT OR UPDATE OR DELETE ON alert_routes
  FOR EACH STATEMENT EXECUTE FUNCTION alert_settings_notify();

-- What people wrote about an incident afterwards. Each revision is kept.
CREATE TABLE post_mortems (
  incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
  revision integer NOT NULL,
  -- Markdown.
  text text NOT NULL,
  written_by text NOT NULL,
  written_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (incident_id, revision)
);
