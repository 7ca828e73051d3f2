-- What every subgraph's database has. Applied as commonchart_migrator, which owns everything.
CREATE SCHEMA commonchart;
GRANT USAGE ON SCHEMA commonchart TO commonchart_app, commonchart_worker, commonchart_maintenance, commonchart_finder;
GRANT USAGE ON SCHEMA public TO commonchart_app, commonchart_maintenance, commonchart_finder;

CREATE FUNCTION commonchart.current_domain() RETURNS integer
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.domain_id', true), '')::integer $$;

-- Row-level security for a table of a domain's data: forced, so that the owner is bound by it too.
CREATE FUNCTION commonchart.protect(name text, rights text DEFAULT 'SELECT, INSERT, UPDATE, DELETE') RETURNS void
  LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
  EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
  EXECUTE format(
    'CREATE POLICY one_domain ON %I USING (domain_id = nullif(current_setting(''app.domain_id'', true), '''')::integer)',
    name);
  EXECUTE format('GRANT %s ON %I TO commonchart_app', rights, name);
END $$;

-- Per-domain counters for types whose ids CHR takes as Int.
CREATE TABLE counter (
  domain_id integer NOT NULL,
  name text NOT NULL,
  value integer NOT NULL,
  PRIMARY KEY (domain_id, name)
);
SELECT commonchart.protect('counter', 'SELECT, INSERT, UPDATE');

-- Takes `count` ids of a counter of the current domain and returns the first of them.
CREATE FUNCTION commonchart.next_id(counter_name text, count integer DEFAULT 1) RETURNS integer
  LANGUAGE sql VOLATILE AS $$
  INSERT INTO public.counter AS c (domain_id, name, value)
  VALUES (commonchart.current_domain(), counter_name, count)
  ON CONFLICT (domain_id, name) DO UPDATE SET value = c.value + excluded.value
  RETURNING value - count + 1
$$;

-- What this subgraph knows of the domains that consumers-audit owns. Global: it has no domain of its own.
CREATE TABLE domain_ref (
  id integer PRIMARY KEY,
  name text NOT NULL,
  hosts text[] NOT NULL,
  state text NOT NULL CHECK (state IN ('ACTIVE', 'DISABLED')),
  zone text NOT NULL,
  contract text,
  version integer NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON domain_ref TO commonchart_app;

CREATE TABLE domain_setting (
  domain_id integer NOT NULL,
  name text NOT NULL,
  value jsonb NOT NULL,
  PRIMARY KEY (domain_id, name)
);
SELECT commonchart.protect('domain_setting');

-- What a mutation with an Idempotency-Key made, so that a retry never acts twice.
CREATE TABLE idempotency_key (
  domain_id integer NOT NULL,
  principal text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  path text COLLATE "C" NOT NULL,
  fingerprint text NOT NULL,
  made jsonb,
  created_at timestamptz(3) NOT NULL,
  PRIMARY KEY (domain_id, principal, key, path)
);
CREATE INDEX idempotency_key_age ON idempotency_key (domain_id, created_at);
SELECT commonchart.protect('idempotency_key');

-- Append only: the program may add to it and read it, never change it.
CREATE TABLE audit_event (
  domain_id integer NOT NULL,
  id uuid NOT NULL,
  occurred_at timestamptz(3) NOT NULL DEFAULT now(),
  action text NOT NULL,
  record_type text NOT NULL,
  record_id text NOT NULL,
  record_version integer,
  patient_id text,
  fields text[] NOT NULL,
  principal jsonb NOT NULL,
  request_id text NOT NULL,
  PRIMARY KEY (domain_id, id)
);
SELECT commonchart.protect('audit_event', 'SELECT, INSERT');

-- Events of other subgraphs that were taken in: each acts once.
CREATE TABLE received_event (
  domain_id integer NOT NULL,
  id uuid NOT NULL,
  received_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (domain_id, id)
);
SELECT commonchart.protect('received_event', 'SELECT, INSERT');
