-- Which elements of the schema programs use: names, never a value. A request uses a set of them; the sets of a day are few.
-- Both tables are partitioned and forgotten by day, as the access log is.

-- How often a consumer used a set on a day. Gateways count in parts of their own, so that none waits for another's count.
CREATE TABLE element_use (
  domain_id integer NOT NULL,
  day date NOT NULL,
  consumer_id bigint NOT NULL,
  graph text COLLATE "C" NOT NULL,
  set_id uuid NOT NULL,
  part smallint NOT NULL,
  requests integer NOT NULL,
  last_used_at timestamptz(3) NOT NULL,
  PRIMARY KEY (domain_id, day, consumer_id, graph, set_id, part)
) PARTITION BY RANGE (day);
SELECT commonchart.protect('element_use', 'SELECT, INSERT, UPDATE');

-- The sets that were used on a day, as schema coordinates. The id is the hash of what is in it.
CREATE TABLE element_set (
  domain_id integer NOT NULL,
  day date NOT NULL,
  id uuid NOT NULL,
  elements text[] COLLATE "C" NOT NULL,
  PRIMARY KEY (domain_id, day, id)
) PARTITION BY RANGE (day);
SELECT commonchart.protect('element_set', 'SELECT, INSERT');

-- As in 0004, with the two tables; what is there already is left, so that days from before get what they lack.
CREATE OR REPLACE FUNCTION make_record_day(day date) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '4s' AS $$
DECLARE
  parent text;
  partition text;
BEGIN
  LOCK TABLE public.access_log IN SHARE UPDATE EXCLUSIVE MODE;
  FOREACH parent IN ARRAY ARRAY[
    'access_log', 'access_patient', 'access_error', 'access_slow', 'access_body', 'record_key', 'element_use', 'element_set'
  ] LOOP
    partition := parent || '_' || to_char(day, 'YYYYMMDD');
    CONTINUE WHEN to_regclass('public.' || partition) IS NOT NULL;
    -- A count changes in place as long as its page has room.
    EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING INDEXES INCLUDING STORAGE) WITH (fillfactor = %s)',
      partition, parent, CASE parent WHEN 'element_use' THEN 50 ELSE 100 END);
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', partition);
    EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', partition);
    EXECUTE format(
      'CREATE POLICY one_domain ON public.%I USING (domain_id = nullif(current_setting(''app.domain_id'', true), '''')::integer)',
      partition);
    IF parent IN ('record_key', 'element_use', 'element_set') THEN
      EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
        parent, partition, day, day + 1);
    ELSE
      EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
        parent, partition, public.record_day_start(day), public.record_day_start(day + 1));
    END IF;
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION drop_record_day(before date) RETURNS date
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
  FOREACH parent IN ARRAY ARRAY[
    'record_key', 'element_use', 'element_set', 'access_body', 'access_patient', 'access_error', 'access_slow', 'access_log'
  ] LOOP
    -- Days from before this migration have no tables of use.
    EXECUTE format('DROP TABLE IF EXISTS public.%I', parent || '_' || to_char(oldest, 'YYYYMMDD'));
  END LOOP;
  RETURN oldest;
END $$;
