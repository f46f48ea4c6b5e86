-- Results of checks, each identity once, and what is counted from them.

CREATE TYPE verdict AS ENUM ('up', 'degraded', 'down');

-- Partitions are made by the consumer, ahead of time and for late results, and dropped whole by retention.
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
  -- certificateChain, irregularities.
  details jsonb,
  PRIMARY KEY (site_id, slot, location)
) PARTITION BY RANGE (slot);

-- One partition a UTC day, by when it was made: one made late, for results that came late, is not dropped at once.
CREATE TABLE result_partitions (
  day date PRIMARY KEY,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Results of slots before this instant were dropped by retention and stay dropped: their counts are in the rollups,
-- so a replay must not count them again.
CREATE TABLE result_retention (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  dropped_before timestamptz NOT NULL
);

-- What was counted of a site's results in an hour. `latencies` is a histogram of the response times
-- (src/core/reporting/latency-histogram.ts), by which hours and places can be added up; the percentiles are its own.
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
  PRIMARY KEY (site_id, hour, location)
) WITH (fillfactor = 60);

-- Rows come in the order of time, so this index is nearly free, and reports read the last so many days.
CREATE INDEX ON uptime_hourly USING brin (hour) WITH (pages_per_range = 32, autosummarize = on);

-- The same for a UTC day.
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
  PRIMARY KEY (site_id, day, location)
) WITH (fillfactor = 60);

CREATE INDEX ON uptime_daily USING brin (day) WITH (pages_per_range = 32, autosummarize = on);

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

-- The table of the original system, for its queries and dashboards.
CREATE VIEW site_monitor AS
SELECT
  site_id,
  status_code,
  response_time_ms / 1000 AS response_time,
  checked_at AS record_date,
  regexp_matched AS has_regexp,
  error_message AS comments
FROM check_results;
