-- The transactional outbox: any application inserts (topic_name, message_key, payload) inside its own transaction,
-- and the relay publishes the rows. docs/outbox.md says what is promised.

-- Every outbox of this database, so that later migrations reach those of other schemas too.
CREATE TABLE outboxes (
  -- schema.table
  name text PRIMARY KEY,
  -- Begins the ids of its events, so that those of two databases differ.
  identity uuid NOT NULL DEFAULT gen_random_uuid(),
  -- Raised whenever rows are to be published that a running relay has passed already; it then reads from the start.
  rewinds bigint NOT NULL DEFAULT 0
);

-- Runs as its owner, so that whoever creates an outbox of his own needs no right to this table.
CREATE FUNCTION register_outbox(outbox regclass) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
  INSERT INTO outboxes (name)
  SELECT nspname || '.' || relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
  WHERE pg_class.oid = outbox
  ON CONFLICT (name) DO NOTHING
$$;

-- For migrations: runs a statement for each outbox there is; %1$s stands for its quoted name.
CREATE FUNCTION for_each_outbox(statement text) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  outbox regclass;
BEGIN
  FOR outbox IN
    SELECT pg_class.oid FROM outboxes
    JOIN pg_class ON relkind = 'r'
    JOIN pg_namespace ON pg_namespace.oid = relnamespace AND nspname || '.' || relname = name
  LOOP
    EXECUTE format(statement, outbox);
  END LOOP;
END
$$;

-- Makes an outbox of any name, so that applications can have one of their own; see docs/outbox.md.
-- A name without a schema lands in Sitewire's own.
CREATE FUNCTION create_outbox(outbox_name text) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $create_outbox$
BEGIN
  EXECUTE format($ddl$
    CREATE TABLE %1$s (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      topic_name text NOT NULL CHECK (topic_name <> ''),
      -- Rows of one key are published in the order of their ids; rows without a key in any order.
      message_key text,
      headers jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(headers) = 'object'),
      -- The value as text (text takes any json, jsonb or text expression), or as bytes. Both null: a tombstone.
      payload text,
      payload_bytes bytea CHECK (payload IS NULL OR payload_bytes IS NULL),
      published boolean NOT NULL DEFAULT false,
      created_at timestamptz NOT NULL DEFAULT now(),
      published_at timestamptz,
      parked_at timestamptz,
      park_code text,
      park_reason text,
      -- The parked row of the same key and topic that must be dealt with first.
      waits_for bigint,
      lane smallint NOT NULL GENERATED ALWAYS AS
        ((hashtext(coalesce(message_key, id::text)) & 2147483647) %% 64) STORED
    ) WITH (
      autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
      autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 1000000,
      autovacuum_vacuum_cost_delay = 0
    )$ddl$, outbox_name);
  EXECUTE format('CREATE INDEX ON %s (id) WHERE NOT published AND parked_at IS NULL AND waits_for IS NULL', outbox_name);
  EXECUTE format('CREATE INDEX ON %s (waits_for) WHERE waits_for IS NOT NULL', outbox_name);
  -- By hash: a key may be longer than an index entry.
  EXECUTE format('CREATE INDEX ON %s (hashtextextended(message_key, 0), id) WHERE parked_at IS NOT NULL AND NOT published', outbox_name);
  EXECUTE format('CREATE INDEX ON %s (published_at) WHERE published', outbox_name);
  EXECUTE format('CREATE TRIGGER outbox_notify AFTER INSERT ON %s
    FOR EACH STATEMENT EXECUTE FUNCTION outbox_notify()', outbox_name);
  PERFORM register_outbox(outbox_name::regclass);
END
$create_outbox$;

-- NOTIFY makes the commits of all notifying transactions wait for each other, so only one open transaction at a time
-- does it; the relay finds the rows of the others because it is awake then, or by polling.
CREATE FUNCTION outbox_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_try_advisory_xact_lock(1937007981, TG_RELID::integer) THEN
    PERFORM pg_notify('sitewire_outbox', TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME);
  END IF;
  RETURN NULL;
END
$$;

SELECT create_outbox('outbox');

-- Who works on what: outbox lanes, shards of sites, consumers of the embedded log. A row is owned until it expires.
CREATE TABLE leases (
  scope text NOT NULL,
  shard integer NOT NULL,
  owner text NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (scope, shard)
) WITH (fillfactor = 50);

-- Who is alive, and so has a claim to a fair share.
CREATE TABLE lease_owners (
  scope text NOT NULL,
  owner text NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (scope, owner)
) WITH (fillfactor = 50);
