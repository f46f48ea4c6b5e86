-- Answers to requests with an Idempotency-Key, so that a request that is sent again changes nothing again.

CREATE TABLE idempotency_keys (
  -- Who sent it: keys of two people never meet.
  actor text NOT NULL,
  key text NOT NULL,
  -- SHA-256 of method, path and body.
  request_digest bytea NOT NULL,
  begun_at timestamptz NOT NULL DEFAULT now(),
  -- The answer; null while the first request is in progress.
  status smallint,
  headers jsonb,
  body text,
  PRIMARY KEY (actor, key)
);

CREATE INDEX ON idempotency_keys (begun_at);
