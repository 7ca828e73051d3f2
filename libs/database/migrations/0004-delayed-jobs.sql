-- Puts a job into the outbox that runs at a time to come. One under the same key that has not begun gives way to it.
CREATE FUNCTION commonchart.enqueue_at(task text, domain_id integer, payload jsonb, job_key text, run_at timestamptz)
  RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT graphile_worker.add_job(
    task,
    (jsonb_build_object('domainId', domain_id) || payload)::json,
    run_at := run_at,
    max_attempts := 25,
    job_key := job_key
  )
$$;
REVOKE ALL ON FUNCTION commonchart.enqueue_at(text, integer, jsonb, text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION commonchart.enqueue_at(text, integer, jsonb, text, timestamptz) TO commonchart_app;
