-- graphile-worker's own tables refuse every role but their owner; a worker without rights would silently see no job.
GRANT USAGE ON SCHEMA graphile_worker TO commonchart_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA graphile_worker TO commonchart_worker;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA graphile_worker TO commonchart_worker;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA graphile_worker TO commonchart_worker;

DO $$
DECLARE
  name text;
BEGIN
  FOR name IN
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'graphile_worker' AND c.relrowsecurity
  LOOP
    EXECUTE format('CREATE POLICY worker ON graphile_worker.%I TO commonchart_worker USING (true) WITH CHECK (true)', name);
  END LOOP;
END $$;

-- Puts a job into the outbox in the transaction of the change. Every payload begins with its domain.
CREATE FUNCTION commonchart.enqueue(task text, domain_id integer, payload jsonb, job_key text) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT graphile_worker.add_job(
    task,
    (jsonb_build_object('domainId', domain_id) || payload)::json,
    max_attempts := 32767,
    job_key := job_key
  )
$$;
REVOKE ALL ON FUNCTION commonchart.enqueue(text, integer, jsonb, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION commonchart.enqueue(text, integer, jsonb, text) TO commonchart_app;
