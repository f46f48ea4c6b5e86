-- Who may sign in, with what, and who changed what. Secrets are stored as hashes, or encrypted.

CREATE TABLE people (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL CHECK (name <> ''),
  email text NOT NULL UNIQUE CHECK (email = lower(email)),
  email_verified boolean NOT NULL DEFAULT false,
  image text,
  role text NOT NULL DEFAULT 'viewer' CHECK (role IN ('administrator', 'editor', 'viewer')),
  -- Sees only sites with one of these tags; null sees all.
  tags text[],
  two_factor_enabled boolean NOT NULL DEFAULT false,
  -- Of name, role and tags: two who change them at once do not overwrite each other.
  revision integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  last_signed_in_at timestamptz
);

-- A password (provider `credential`), or a person's account with an OpenID Connect provider.
CREATE TABLE sign_in_methods (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
  provider_id text NOT NULL,
  account_id text NOT NULL,
  -- argon2id, in the PHC string format.
  password text,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (provider_id, account_id)
);

CREATE INDEX ON sign_in_methods (person_id);

CREATE TABLE passkeys (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
  name text NOT NULL,
  -- base64url, as the browser gives it.
  credential_id text NOT NULL UNIQUE,
  public_key bytea NOT NULL,
  counter bigint NOT NULL,
  transports text[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz
);

CREATE INDEX ON passkeys (person_id);

-- A time-based code (RFC 6238). Secret and recovery codes are encrypted with the server's secret.
CREATE TABLE second_factors (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
  secret text NOT NULL,
  backup_codes text NOT NULL,
  verified boolean NOT NULL DEFAULT true,
  failed_verification_count integer NOT NULL DEFAULT 0,
  locked_until timestamptz
);

CREATE INDEX ON second_factors (person_id);

CREATE TABLE sessions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- SHA-256 of the token in the cookie.
  token text NOT NULL UNIQUE,
  person_id uuid NOT NULL REFERENCES people ON DELETE CASCADE,
  expires_at timestamptz NOT NULL,
  ip_address text,
  user_agent text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX ON sessions (person_id);
CREATE INDEX ON sessions (expires_at);

-- What a sign-in in several steps remembers: an OpenID Connect state, a passkey's challenge, a code awaited.
CREATE TABLE sign_in_challenges (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- SHA-256 of what the browser holds.
  identifier text NOT NULL,
  value text NOT NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX ON sign_in_challenges (identifier);
CREATE INDEX ON sign_in_challenges (expires_at);

-- Counts attempts to sign in, by account and by address.
CREATE TABLE counted_attempts (
  -- SHA-256: the addresses of strangers are not kept.
  key text PRIMARY KEY,
  count integer NOT NULL,
  since timestamptz NOT NULL,
  until timestamptz NOT NULL
);

CREATE INDEX ON counted_attempts (until);

CREATE TABLE one_time_links (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  kind text NOT NULL CHECK (kind IN ('setup', 'invitation', 'reset')),
  hash text NOT NULL UNIQUE,
  person_id uuid REFERENCES people ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  CHECK ((kind = 'setup') = (person_id IS NULL))
);

CREATE TABLE access_tokens (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL CHECK (name <> ''),
  hash text NOT NULL UNIQUE,
  beginning text NOT NULL,
  scopes text[] NOT NULL CHECK (scopes <@ ARRAY['read', 'edit', 'administer'] AND scopes <> '{}'),
  tags text[],
  -- Null: made on the command line, belongs to nobody.
  owner_id uuid REFERENCES people ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  last_used_at timestamptz
);

CREATE INDEX ON access_tokens (owner_id);

-- Rows outlive the people they name.
CREATE TABLE audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  actor_kind text NOT NULL,
  actor_id text,
  actor_name text NOT NULL,
  address text,
  action text NOT NULL,
  target_kind text NOT NULL,
  target_id text NOT NULL,
  target_name text,
  before jsonb,
  after jsonb
);

CREATE INDEX ON audit_log (at);
CREATE INDEX ON audit_log (target_kind, target_id);

-- Secrets that all server processes share, made by the first that needs them.
CREATE TABLE server_secrets (
  name text PRIMARY KEY,
  value text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Servers end what goes on under rights that were narrowed or revoked, such as a stream of live updates. A use of a token
-- or a session does not notify.
CREATE FUNCTION access_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('sitewire_access', TG_TABLE_SCHEMA);
  RETURN NULL;
END
$$;

CREATE TRIGGER people_notify_access AFTER UPDATE OF role, tags OR DELETE ON people
  FOR EACH STATEMENT EXECUTE FUNCTION access_notify();
CREATE TRIGGER sessions_notify_access AFTER DELETE ON sessions
  FOR EACH STATEMENT EXECUTE FUNCTION access_notify();
CREATE TRIGGER access_tokens_notify_access AFTER UPDATE OF scopes, tags, expires_at OR DELETE ON access_tokens
  FOR EACH STATEMENT EXECUTE FUNCTION access_notify();
