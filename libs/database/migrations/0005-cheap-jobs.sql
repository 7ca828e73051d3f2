-- The keys of these jobs are of one event or checkpoint each, so one that is there is the same job. Saying so spares what
-- graphile-worker does to replace one: four fifths of what it costs to add a job.
CREATE OR REPLACE FUNCTION commonchart.enqueue(task text, domain_id integer, payload jsonb, job_key text) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT graphile_worker.add_job(
    task,
    (jsonb_build_object('domainId', domain_id) || payload)::json,
    max_attempts := 32767,
    job_key := job_key,
    job_key_mode := 'unsafe_dedupe'
  )
$$;
