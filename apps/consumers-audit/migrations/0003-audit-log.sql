-- The leaves of the audit log. Append only: the program may add to it and read it, never change it.
CREATE TABLE audit_leaf (
  domain_id integer NOT NULL,
  id uuid NOT NULL,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('REQUEST', 'READ', 'CHANGE')),
  occurred_at timestamptz(3) NOT NULL DEFAULT now(),
  request_id text COLLATE "C" NOT NULL,
  actor_kind text COLLATE "C",
  actor_id text COLLATE "C",
  actor_name text,
  actor_role text,
  key_id text COLLATE "C",
  ip text COLLATE "C",
  action text COLLATE "C" NOT NULL,
  record_type text COLLATE "C",
  record_id text COLLATE "C",
  record_version integer,
  patient_id text COLLATE "C",
  fields text[] NOT NULL,
  counts jsonb,
  outcome text COLLATE "C" NOT NULL CHECK (outcome IN ('SUCCESS', 'PARTIAL', 'FAILED', 'REFUSED')),
  detail_hash text COLLATE "C",
  duration_ms integer,
  count integer NOT NULL,
  PRIMARY KEY (domain_id, id),
  CHECK ((actor_kind IS NULL) = (actor_id IS NULL) AND (actor_kind IS NULL) = (actor_name IS NULL)),
  -- What was seen or changed of a patient is in leaves of its own: an accounting of disclosures reads one index.
  CHECK (kind <> 'REQUEST' OR patient_id IS NULL)
);
-- One index for each thing that is searched by, each in the order of the list. Every index costs each answer a little: what
-- nearly all leaves have in common is left out of them, and searching for it reads the list, and throws little away.
CREATE INDEX audit_leaf_by_time ON audit_leaf (domain_id, occurred_at, id);
CREATE INDEX audit_leaf_by_kind ON audit_leaf (domain_id, kind, occurred_at, id);
CREATE INDEX audit_leaf_by_action ON audit_leaf (domain_id, action, occurred_at, id)
  WHERE action <> 'request.answered' AND action <> 'patient.read';
CREATE INDEX audit_leaf_by_actor ON audit_leaf (domain_id, actor_kind, actor_id, occurred_at, id);
CREATE INDEX audit_leaf_by_actor_kind ON audit_leaf (domain_id, actor_kind, occurred_at, id)
  WHERE actor_kind <> 'consumer';
CREATE INDEX audit_leaf_by_outcome ON audit_leaf (domain_id, outcome, occurred_at, id) WHERE outcome <> 'SUCCESS';
CREATE INDEX audit_leaf_by_patient ON audit_leaf (domain_id, patient_id, occurred_at, id) WHERE patient_id IS NOT NULL;
CREATE INDEX audit_leaf_by_record ON audit_leaf (domain_id, record_type, record_id, occurred_at, id)
  WHERE record_id IS NOT NULL;
CREATE INDEX audit_leaf_by_record_type ON audit_leaf (domain_id, record_type, occurred_at, id)
  WHERE record_type IS NOT NULL;
SELECT commonchart.protect('audit_leaf', 'SELECT, INSERT');

-- Committed leaves that wait for their number.
CREATE TABLE audit_pending (
  domain_id integer NOT NULL,
  id uuid NOT NULL,
  PRIMARY KEY (domain_id, id)
);
SELECT commonchart.protect('audit_pending', 'SELECT, INSERT, DELETE');

-- The place of each leaf: gapless per domain, from 0. `seal` signs place and hash, with its neighbours' (docs/record.md).
CREATE TABLE audit_sequence (
  domain_id integer NOT NULL,
  sequence bigint NOT NULL,
  leaf_id uuid NOT NULL,
  leaf_hash bytea NOT NULL,
  seal bytea NOT NULL,
  PRIMARY KEY (domain_id, sequence),
  CONSTRAINT audit_sequence_leaf_once UNIQUE (domain_id, leaf_id)
);
SELECT commonchart.protect('audit_sequence', 'SELECT, INSERT');

-- The CHANGE leaves among them: what `changes` pages through.
CREATE TABLE audit_change (
  domain_id integer NOT NULL,
  sequence bigint NOT NULL,
  leaf_id uuid NOT NULL,
  record_type text COLLATE "C" NOT NULL,
  PRIMARY KEY (domain_id, sequence)
);
CREATE INDEX audit_change_by_type ON audit_change (domain_id, record_type, sequence);
SELECT commonchart.protect('audit_change', 'SELECT, INSERT');

-- Hashes of complete subtrees at the levels 8, 16, 24 …: a proof reads at most 256 rows of each.
CREATE TABLE audit_node (
  domain_id integer NOT NULL,
  level integer NOT NULL,
  position bigint NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (domain_id, level, position)
);
SELECT commonchart.protect('audit_node', 'SELECT, INSERT');

-- The tree of each domain; whoever gives numbers locks its row. `hashes` are those of its compact range, 32 bytes each.
CREATE TABLE audit_tree (
  domain_id integer NOT NULL PRIMARY KEY,
  size bigint NOT NULL,
  hashes bytea NOT NULL,
  signed_size bigint NOT NULL,
  signed_at timestamptz(3) NOT NULL
);
CREATE INDEX audit_tree_unsigned ON audit_tree (domain_id) WHERE signed_size < size;
SELECT commonchart.protect('audit_tree', 'SELECT, INSERT, UPDATE');

CREATE TABLE audit_checkpoint (
  domain_id integer NOT NULL,
  size bigint NOT NULL,
  text text NOT NULL,
  verifier_key text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  PRIMARY KEY (domain_id, size)
);
SELECT commonchart.protect('audit_checkpoint', 'SELECT, INSERT');

-- How much each consumer asks for, by hour; `durations` counts answers by how long they took.
CREATE TABLE consumer_usage (
  domain_id integer NOT NULL,
  consumer_id bigint NOT NULL,
  hour timestamptz NOT NULL,
  requests integer NOT NULL,
  errors integer NOT NULL,
  last_at timestamptz(3) NOT NULL,
  durations integer[] NOT NULL,
  PRIMARY KEY (domain_id, consumer_id, hour)
);
SELECT commonchart.protect('consumer_usage', 'SELECT, INSERT, UPDATE');

CREATE TABLE consumer_key_usage (
  domain_id integer NOT NULL,
  key_id bigint NOT NULL,
  last_used_at timestamptz(3) NOT NULL,
  PRIMARY KEY (domain_id, key_id)
);
SELECT commonchart.protect('consumer_key_usage', 'SELECT, INSERT, UPDATE');

-- The domains with leaves that wait for a number, and those with numbered leaves whose last checkpoint is older than
-- `signed_before`. It crosses domains and is listed in libs/database/src/maintenance-functions.ts, as the next is.
CREATE FUNCTION audit_domains_due(signed_before timestamptz) RETURNS SETOF integer
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH RECURSIVE waiting AS (
    (SELECT p.domain_id FROM public.audit_pending p ORDER BY p.domain_id LIMIT 1)
    UNION ALL
    SELECT (SELECT p.domain_id FROM public.audit_pending p WHERE p.domain_id > w.domain_id
            ORDER BY p.domain_id LIMIT 1)
    FROM waiting w WHERE w.domain_id IS NOT NULL
  )
  SELECT domain_id FROM waiting WHERE domain_id IS NOT NULL
  UNION
  SELECT t.domain_id FROM public.audit_tree t WHERE t.signed_size < t.size AND t.signed_at <= signed_before
$$;
ALTER FUNCTION audit_domains_due(timestamptz) OWNER TO commonchart_maintenance;
REVOKE ALL ON FUNCTION audit_domains_due(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_domains_due(timestamptz) TO commonchart_app;

-- The domains whose newest checkpoint is not of the size in `seen` (an object of domain to size), also those in it that
-- have none: a gateway must hear of a log that has shrunk.
CREATE FUNCTION audit_checkpoints_unseen(seen jsonb) RETURNS TABLE (domain_id integer, size bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(t.domain_id, s.key::integer), coalesce(t.signed_size, 0)
  FROM (SELECT domain_id, signed_size FROM public.audit_tree WHERE signed_size > 0) t
    FULL JOIN jsonb_each_text(seen) s ON s.key::integer = t.domain_id
  WHERE t.signed_size IS DISTINCT FROM s.value::bigint
  ORDER BY 1
$$;
ALTER FUNCTION audit_checkpoints_unseen(jsonb) OWNER TO commonchart_maintenance;
REVOKE ALL ON FUNCTION audit_checkpoints_unseen(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_checkpoints_unseen(jsonb) TO commonchart_app;
GRANT SELECT ON audit_pending, audit_tree TO commonchart_maintenance;
