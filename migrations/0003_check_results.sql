-- Results of checks, each identity once, and what is counted from them.

CREATE TYPE verdict AS ENUM ('up', 'degraded', 'down');

-- One partition a UTC day, made ahead of time and for late results (see ensure_partition), and dropped whole by
-- retention. The key begins with the slot: new rows go to the end of its index, and it serves "newest first".
CREATE TABLE check_results (
  site_id uuid NOT NULL,
  slot timestamptz NOT NULL,
  location text NOT NULL,
  checked_at timestamptz NOT NULL,
  verdict verdict NOT NULL,
  status_code smallint,
  attempts integer NOT NULL,
  regexp_matched boolean,
  response_time_ms double precision,
  dns_ms double precision,
  connect_ms double precision,
  tls_ms double precision,
  first_byte_ms double precision,
  download_ms double precision,
  -- Null where the check has no timings at all.
  total_ms double precision,
  bytes bigint,
  interval_ms integer,
  url text NOT NULL,
  error_code text,
  error_message text,
  remote_address text,
  protocol text,
  certificate_expires_at timestamptz,
  -- What few results have: siteName, tlsVerified, bodyTruncated, failedExpectations, failedAttempts,
  -- certificateChain, irregularities, timingUncertaintyMs.
  details jsonb,
  PRIMARY KEY (slot, site_id, location)
) PARTITION BY RANGE (slot);

-- Results of slots before this instant were dropped by retention and stay dropped: their counts are in the rollups,
-- so a replay must not count them again.
CREATE TABLE result_retention (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  dropped_before timestamptz NOT NULL
);

-- What was counted of a site's results in an hour, one partition a month. `latencies` is a histogram of the response times
-- (src/core/reporting/latency-histogram.ts), by which hours and places can be added up; the percentiles are its own.
-- `phases` are sums of the phases of the checks (src/core/reporting/phase-sums.ts).
CREATE TABLE uptime_hourly (
  site_id uuid NOT NULL,
  hour timestamptz NOT NULL,
  -- Of every row what a report reads, as one value: reading a value costs more than the bytes in it, and reports read
  -- tens of thousands of rows. Early in the row, where its place is known. Kept by the database, decoded in
  -- src/services/postgres/reports/packed-counts.ts.
  packed bytea NOT NULL GENERATED ALWAYS AS (
    timestamptz_send(hour) || int4send(up) || int4send(degraded) || int4send(down)
      || int4send(response_times) || float8send(response_time_sum_ms)
      || float4send(coalesce(p50_ms, 'NaN')) || float4send(coalesce(p95_ms, 'NaN')) || float4send(coalesce(p99_ms, 'NaN'))
  ) STORED,
  location text NOT NULL,
  up integer NOT NULL,
  degraded integer NOT NULL,
  down integer NOT NULL,
  -- How many of them have a response time, and its sum.
  response_times integer NOT NULL,
  response_time_sum_ms double precision NOT NULL,
  p50_ms real,
  p95_ms real,
  p99_ms real,
  latencies bytea NOT NULL,
  phases bytea NOT NULL,
  -- How many times the row was written: a writer who read it before another wrote it finds out.
  revision integer NOT NULL,
  PRIMARY KEY (site_id, hour, location)
) PARTITION BY RANGE (hour);

-- Rows of an hour are written about the hour, so that they lie together: finds the last hours of all sites.
CREATE INDEX uptime_hourly_hours ON uptime_hourly USING brin (hour) WITH (pages_per_range = 32);

-- The same for a UTC day, also one partition a month.
CREATE TABLE uptime_daily (
  site_id uuid NOT NULL,
  day date NOT NULL,
  packed bytea NOT NULL GENERATED ALWAYS AS (
    timestamp_send(day::timestamp) || int4send(up) || int4send(degraded) || int4send(down)
      || int4send(response_times) || float8send(response_time_sum_ms)
      || float4send(coalesce(p50_ms, 'NaN')) || float4send(coalesce(p95_ms, 'NaN')) || float4send(coalesce(p99_ms, 'NaN'))
  ) STORED,
  location text NOT NULL,
  up integer NOT NULL,
  degraded integer NOT NULL,
  down integer NOT NULL,
  response_times integer NOT NULL,
  response_time_sum_ms double precision NOT NULL,
  p50_ms real,
  p95_ms real,
  p99_ms real,
  latencies bytea NOT NULL,
  phases bytea NOT NULL,
  -- How many times the row was written: a writer who read it before another wrote it finds out.
  revision integer NOT NULL,
  PRIMARY KEY (site_id, day, location)
) PARTITION BY RANGE (day);

CREATE INDEX uptime_daily_days ON uptime_daily USING brin (day) WITH (pages_per_range = 32);

-- The result with the latest slot, for each site and location.
CREATE TABLE site_state (
  site_id uuid NOT NULL,
  location text NOT NULL,
  slot timestamptz NOT NULL,
  checked_at timestamptz NOT NULL,
  verdict verdict NOT NULL,
  status_code smallint,
  response_time_ms double precision,
  error_code text,
  error_message text,
  certificate_expires_at timestamptz,
  PRIMARY KEY (site_id, location)
) WITH (fillfactor = 50);

-- The table of the original system, for its queries and dashboards. Its record_date is the slot, so that a condition on
-- it reads only the partitions of those days.
CREATE VIEW site_monitor AS
SELECT
  site_id,
  status_code,
  response_time_ms / 1000 AS response_time,
  slot AS record_date,
  regexp_matched AS has_regexp,
  error_message AS comments
FROM check_results;

-- Without a way for others to put tables of their own in front of these.
SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);

-- Makes the partition of `parent` that a UTC day needs, and tells whether it was missing. It runs as the tables' owner,
-- so that a consumer's role need not own them. Days that retention has dropped get none.
CREATE FUNCTION ensure_partition(parent text, day date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  is_daily boolean := parent = 'check_results';
  starts date := CASE WHEN is_daily THEN day ELSE date_trunc('month', day::timestamp)::date END;
  ends date := CASE WHEN is_daily THEN day + 1 ELSE (starts + interval '1 month')::date END;
  name text := parent || '_' || to_char(starts, CASE WHEN is_daily THEN 'YYYYMMDD' ELSE 'YYYYMM' END);
  -- Of a date, where the table is partitioned by date; else of an instant.
  midnight text := CASE WHEN parent = 'uptime_daily' THEN '' ELSE ' 00:00:00+00' END;
BEGIN
  IF parent NOT IN ('check_results', 'uptime_hourly', 'uptime_daily') THEN
    RAISE EXCEPTION 'no partitions of % are made here', parent;
  END IF;
  -- Whoever makes partitions holds this lock, so that each is made once.
  PERFORM pg_advisory_xact_lock(1937007981, 1);
  IF to_regclass(quote_ident(name)) IS NOT NULL OR is_daily AND EXISTS (
    SELECT FROM result_retention WHERE dropped_before >= ends::timestamp AT TIME ZONE 'UTC'
  ) THEN
    RETURN false;
  END IF;
  -- Rows of rollups are updated many times: room on their pages keeps the new version beside the old one.
  EXECUTE format(
    'CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED) WITH (fillfactor = %s)',
    name, parent, CASE WHEN is_daily THEN 100 ELSE 60 END
  );
  -- Attached rather than created in place: attaching lets others write to the parent meanwhile.
  EXECUTE format(
    'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
    parent, name, starts || midnight, ends || midnight
  );
  RETURN true;
END
$$;

REVOKE EXECUTE ON FUNCTION ensure_partition(text, date) FROM PUBLIC;
