-- The access log: one row per API request. The id is the request's UUIDv7, so a day is a range of ids: every table here is
-- partitioned by day, and a day is forgotten by dropping its partitions.
CREATE TABLE access_log (
  domain_id integer NOT NULL,
  id uuid NOT NULL,
  started_at timestamptz(3) NOT NULL,
  duration_ms integer NOT NULL,
  graph text COLLATE "C" NOT NULL,
  consumer_id bigint,
  ip text COLLATE "C" NOT NULL,
  operation_name text COLLATE "C",
  operation_kind text COLLATE "C",
  outcome text COLLATE "C" NOT NULL,
  status integer NOT NULL,
  count integer NOT NULL,
  -- What is shown and never searched: actor, key, method, path, root fields, error codes …
  facts text NOT NULL,
  -- Of the hash in the request's audit leaf: it goes with the row, and the hash says nothing any more.
  salt bytea NOT NULL,
  -- The bodies, compressed and encrypted; null where they are kept in access_body.
  sealed bytea,
  request_bytes integer NOT NULL,
  response_bytes integer NOT NULL,
  PRIMARY KEY (domain_id, id)
) PARTITION BY RANGE (id);
-- Encrypted bytes do not compress: Postgres is not to try.
ALTER TABLE access_log ALTER COLUMN sealed SET STORAGE EXTERNAL;
-- Every index costs each answer a little. What nearly all requests have in common is left out of them: searching for it reads
-- the log in its order, and throws little away.
CREATE INDEX access_log_consumer ON access_log (domain_id, consumer_id, id) WHERE consumer_id IS NOT NULL;
CREATE INDEX access_log_operation ON access_log (domain_id, operation_name, id) WHERE operation_name IS NOT NULL;
CREATE INDEX access_log_ip ON access_log (domain_id, ip, id);
CREATE INDEX access_log_kind ON access_log (domain_id, operation_kind, id) WHERE operation_kind <> 'QUERY';
CREATE INDEX access_log_outcome ON access_log (domain_id, outcome, id) WHERE outcome <> 'SUCCESS';
CREATE INDEX access_log_graph ON access_log (domain_id, graph, id) WHERE graph <> 'enterprise';
SELECT commonchart.protect('access_log', 'SELECT, INSERT');

-- The patients whose data an answer showed, or whose records the request changed.
CREATE TABLE access_patient (
  domain_id integer NOT NULL,
  patient_id text COLLATE "C" NOT NULL,
  id uuid NOT NULL,
  PRIMARY KEY (domain_id, patient_id, id)
) PARTITION BY RANGE (id);
SELECT commonchart.protect('access_patient', 'SELECT, INSERT');

CREATE TABLE access_error (
  domain_id integer NOT NULL,
  code text COLLATE "C" NOT NULL,
  id uuid NOT NULL,
  PRIMARY KEY (domain_id, code, id)
) PARTITION BY RANGE (id);
SELECT commonchart.protect('access_error', 'SELECT, INSERT');

-- One row per threshold that a request reached, so that "slower than" is an equality and a range of ids.
CREATE TABLE access_slow (
  domain_id integer NOT NULL,
  at_least_ms integer NOT NULL,
  id uuid NOT NULL,
  PRIMARY KEY (domain_id, at_least_ms, id)
) PARTITION BY RANGE (id);
SELECT commonchart.protect('access_slow', 'SELECT, INSERT');

-- Sealed bodies that are too large to stand in the row, in parts.
CREATE TABLE access_body (
  domain_id integer NOT NULL,
  id uuid NOT NULL,
  part integer NOT NULL,
  sealed bytea NOT NULL,
  PRIMARY KEY (domain_id, id, part)
) PARTITION BY RANGE (id);
ALTER TABLE access_body ALTER COLUMN sealed SET STORAGE EXTERNAL;
SELECT commonchart.protect('access_body', 'SELECT, INSERT');

-- The key that seals one day of one domain, wrapped by a master key. Dropping the day's partition destroys it.
CREATE TABLE record_key (
  domain_id integer NOT NULL,
  day date NOT NULL,
  wrapped bytea NOT NULL,
  master_key_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (domain_id, day)
) PARTITION BY RANGE (day);
SELECT commonchart.protect('record_key', 'SELECT, INSERT, UPDATE');

-- When each gateway was last heard: their number divides the limits. Global.
CREATE TABLE gateway_seen (
  gateway text COLLATE "C" PRIMARY KEY,
  seen_at timestamptz(3) NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON gateway_seen TO commonchart_app;

-- The lowest UUIDv7 of a day (UTC).
CREATE FUNCTION record_day_start(day date) RETURNS uuid
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT (lpad(to_hex((extract(epoch FROM day)::bigint) * 1000), 12, '0') || repeat('0', 20))::uuid
$$;

-- Makes the partitions of one day unless they are there. They are attached, which disturbs no reader and no writer, and two
-- callers take turns at the lock. Owned by the migrator, who alone may make tables.
CREATE FUNCTION make_record_day(day date) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '4s' AS $$
DECLARE
  parent text;
  partition text;
BEGIN
  LOCK TABLE public.access_log IN SHARE UPDATE EXCLUSIVE MODE;
  IF to_regclass('public.access_log_' || to_char(day, 'YYYYMMDD')) IS NOT NULL THEN
    RETURN;
  END IF;
  FOREACH parent IN ARRAY ARRAY['access_log', 'access_patient', 'access_error', 'access_slow', 'access_body', 'record_key'] LOOP
    partition := parent || '_' || to_char(day, 'YYYYMMDD');
    EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING INDEXES INCLUDING STORAGE)', partition, parent);
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', partition);
    EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', partition);
    EXECUTE format(
      'CREATE POLICY one_domain ON public.%I USING (domain_id = nullif(current_setting(''app.domain_id'', true), '''')::integer)',
      partition);
    IF parent = 'record_key' THEN
      EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
        parent, partition, day, day + 1);
    ELSE
      EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
        parent, partition, public.record_day_start(day), public.record_day_start(day + 1));
    END IF;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION make_record_day(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_record_day(date) TO commonchart_app;

-- Drops the oldest day before `before` with its keys, and says which; null when there is none. It needs the tables to itself
-- for a moment: rather than make requests queue behind it, it gives up and is called again. Today is never dropped.
CREATE FUNCTION drop_record_day(before date) RETURNS date
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '300ms' AS $$
DECLARE
  oldest date;
  parent text;
BEGIN
  IF before > (now() AT TIME ZONE 'UTC')::date THEN
    RAISE EXCEPTION 'a day that is not over is not dropped';
  END IF;
  LOCK TABLE public.access_log IN SHARE UPDATE EXCLUSIVE MODE;
  SELECT min(to_date(right(c.relname, 8), 'YYYYMMDD')) INTO oldest
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'public.access_log'::regclass;
  IF oldest IS NULL OR oldest >= before THEN
    RETURN NULL;
  END IF;
  FOREACH parent IN ARRAY ARRAY['record_key', 'access_body', 'access_patient', 'access_error', 'access_slow', 'access_log'] LOOP
    EXECUTE format('DROP TABLE public.%I', parent || '_' || to_char(oldest, 'YYYYMMDD'));
  END LOOP;
  RETURN oldest;
END $$;
REVOKE ALL ON FUNCTION drop_record_day(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_record_day(date) TO commonchart_app;

-- The keys of all domains that another master key than the present one wraps: what a rotation has to wrap anew. It crosses
-- domains, so it belongs to the maintenance role; it tells which keys there are, never the keys.
CREATE FUNCTION record_keys_to_wrap(master_key_id text) RETURNS TABLE (domain_id integer, day date)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT k.domain_id, k.day FROM public.record_key k
  WHERE k.master_key_id <> record_keys_to_wrap.master_key_id
  ORDER BY k.day DESC, k.domain_id LIMIT 1000
$$;
ALTER FUNCTION record_keys_to_wrap(text) OWNER TO commonchart_maintenance;
REVOKE ALL ON FUNCTION record_keys_to_wrap(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION record_keys_to_wrap(text) TO commonchart_app;
GRANT SELECT ON record_key TO commonchart_maintenance;
