-- Who was told what of an incident. A delivery is planned when a step of an incident comes, and sent when it is due.

CREATE TABLE notification_deliveries (
  -- Follows from the step and the channel: a step that comes twice plans the same delivery.
  id uuid PRIMARY KEY,
  incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
  -- A channel or an on-call rotation (src/core/alerting/routing/targets.ts). A reminder goes to the target again.
  target text NOT NULL,
  -- The target, until the person on call is looked up.
  channel text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('opened', 'escalated', 'reminder', 'worsened', 'acknowledged', 'resolved')),
  -- Deliveries of one kind to one channel with the same key may share a message.
  group_key text NOT NULL DEFAULT '',
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'cancelled')),
  due_at timestamptz NOT NULL,
  -- Tried in turn when this channel fails for good.
  fallbacks text[] NOT NULL DEFAULT '{}',
  repeat_every_ms bigint,
  attempts integer NOT NULL DEFAULT 0,
  -- While it is being sent: by whom, and until when the others leave it alone.
  claimed_by text,
  claimed_until timestamptz,
  -- A notifier stopped between sending the message and recording that.
  may_have_been_sent boolean NOT NULL DEFAULT false,
  sent_at timestamptz,
  -- The service's name of the message's thread, which later messages about the incident join.
  thread text,
  -- Why it was cancelled, put off or failed.
  reason text,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX ON notification_deliveries (due_at) WHERE state IN ('waiting', 'sending');
CREATE INDEX ON notification_deliveries (incident_id);
CREATE INDEX ON notification_deliveries (channel, created_at);
-- One reminder at a time, also where a person on call has several channels.
CREATE UNIQUE INDEX one_reminder_at_a_time ON notification_deliveries (incident_id, channel)
  WHERE kind = 'reminder' AND state IN ('waiting', 'sending');

-- A silence mutes what matches it until a time, or until the incident recovers.
CREATE TABLE silences (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  incident_id uuid REFERENCES incidents ON DELETE CASCADE,
  site text,
  tag text,
  reason text NOT NULL CHECK (reason <> ''),
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Null: until the incidents that it mutes, and that were open when it was created, have recovered.
  until timestamptz
);

CREATE TABLE maintenance_windows (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- src/contract/alerting/maintenance-window.ts
  definition jsonb NOT NULL,
  revision integer NOT NULL DEFAULT 1,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- When this definition was in force. Null from: since the window's own start. A row with an end is kept for reports.
  valid_from timestamptz,
  valid_to timestamptz,
  CHECK (valid_to >= valid_from)
);
