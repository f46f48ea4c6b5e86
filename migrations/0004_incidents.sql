-- Incidents: what a site's results amount to. Written in the transaction of the results that caused them.

CREATE TABLE incidents (
  -- Follows from the site and the first failed slot (src/contract/identity.ts): a replay writes the same row.
  id uuid PRIMARY KEY,
  site_id uuid NOT NULL,
  -- 'site': its checks failed. 'not_observed': nobody checked it. 'pipeline': no results are recorded, of whatever site.
  -- 'location': a location is cut off, what it sees says nothing about the sites.
  -- 'certificate', 'domain': one of its chain, or its registration, expires.
  kind text NOT NULL DEFAULT 'site' CHECK (kind IN ('site', 'not_observed', 'pipeline', 'location', 'certificate', 'domain')),
  severity text NOT NULL CHECK (severity IN ('degraded', 'down')),
  state text NOT NULL CHECK (state IN ('open', 'acknowledged', 'resolved')),
  -- The first failed slot.
  since timestamptz NOT NULL,
  -- The slot that confirmed it.
  opened_at timestamptz NOT NULL,
  flapping boolean NOT NULL,
  cause_code text,
  cause_message text,
  status_code smallint,
  acknowledged_at timestamptz,
  acknowledged_by text,
  -- The first good slot, and the slot or the instant that ended it.
  good_since timestamptz,
  resolved_at timestamptz,
  -- Null where the results ended it.
  resolved_by text,
  -- The incident behind it: of the site without which this one cannot be up, or of the first site that failed alike.
  parent_id uuid REFERENCES incidents ON DELETE SET NULL,
  -- Incidents with a common key have one cause (src/core/incidents/likeness.ts).
  likeness text[] NOT NULL DEFAULT '{}',
  -- Of kind 'location': which, and the newest slot that shows it.
  location text CHECK ((location IS NULL) = (kind <> 'location')),
  seen_until timestamptz,
  -- Of what expires: when, and the last step that was told, in days before it (src/core/incidents/expiry.ts).
  expires_at timestamptz,
  stage smallint,
  -- Steps so far; numbers the rows of incident_steps.
  steps integer NOT NULL DEFAULT 0
);

CREATE INDEX incidents_by_site ON incidents (site_id, since DESC);
CREATE INDEX incidents_by_time ON incidents (since DESC, id);
CREATE INDEX incidents_by_parent ON incidents (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX incidents_alike ON incidents USING gin (likeness) WHERE state <> 'resolved' AND kind = 'site';
CREATE INDEX incidents_of_locations ON incidents (location) WHERE kind = 'location';
CREATE INDEX incidents_of_cut_off_locations ON incidents (location) WHERE kind = 'location' AND state <> 'resolved';
CREATE INDEX incidents_not_resolved ON incidents (since DESC) WHERE state <> 'resolved';

-- The timeline of an incident.
CREATE TABLE incident_steps (
  incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
  position integer NOT NULL,
  step text NOT NULL CHECK (step IN ('opened', 'worsened', 'acknowledged', 'noted', 'resolved')),
  at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  by text,
  note text,
  -- What each location saw, for a step that results took.
  outcomes jsonb,
  -- What was seen, for a step that results took (src/contract/alerting/incident-evidence.ts).
  evidence jsonb,
  PRIMARY KEY (incident_id, position)
);

-- What the consumer remembers between results, for sites that are not plainly up; a site without a row is.
CREATE TABLE site_incidents (
  site_id uuid PRIMARY KEY,
  -- src/core/incidents/site-incidents.ts
  state jsonb NOT NULL
) WITH (fillfactor = 50);

-- When the registration of a domain expires, as its registry said last (RFC 9083).
CREATE TABLE domain_registrations (
  domain text PRIMARY KEY,
  -- The sites at the domain when it was asked last.
  site_ids uuid[] NOT NULL DEFAULT '{}',
  -- Null where the registry does not tell, or has not been asked yet.
  expires_at timestamptz,
  ask_at timestamptz NOT NULL DEFAULT now(),
  -- Why the last question failed.
  reason text
);
