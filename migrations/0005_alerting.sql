-- Who was told what of an incident. A delivery is planned when a step of an incident comes, and sent when it is due.

CREATE TABLE notification_deliveries (
  -- Follows from the step and the channel: a step that comes twice plans the same delivery.
  id uuid PRIMARY KEY,
  incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
  channel text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('opened', 'escalated', 'reminder', 'worsened', 'resolved')),
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'cancelled')),
  due_at timestamptz NOT NULL,
  -- Tried in turn when this channel fails for good.
  fallbacks text[] NOT NULL DEFAULT '{}',
  repeat_every_ms bigint,
  attempts integer NOT NULL DEFAULT 0,
  -- While it is being sent: by whom, and until when the others leave it alone.
  claimed_by text,
  claimed_until timestamptz,
  sent_at timestamptz,
  -- Why it was cancelled, put off or failed.
  reason text,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX ON notification_deliveries (due_at) WHERE state IN ('waiting', 'sending');
CREATE INDEX ON notification_deliveries (incident_id);

-- A silence mutes what matches it until a time, or until the incident recovers.
CREATE TABLE silences (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  incident_id uuid REFERENCES incidents ON DELETE CASCADE,
  site text,
  tag text,
  reason text NOT NULL CHECK (reason <> ''),
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Null: until the incident recovers.
  until timestamptz,
  CHECK (until IS NOT NULL OR incident_id IS NOT NULL)
);

CREATE TABLE maintenance_windows (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- src/contract/maintenance-window.ts
  definition jsonb NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
