-- What a request showed of several patients is one leaf: `seen` is a list of { counts, patientIds }, of whom the same was seen.
ALTER TABLE audit_leaf ADD COLUMN seen jsonb;

-- Under whom a leaf that names several patients is found, in the order of the list.
CREATE TABLE audit_seen (
  domain_id integer NOT NULL,
  patient_id text COLLATE "C" NOT NULL,
  occurred_at timestamptz(3) NOT NULL,
  leaf_id uuid NOT NULL,
  PRIMARY KEY (domain_id, patient_id, occurred_at, leaf_id)
);
SELECT commonchart.protect('audit_seen', 'SELECT, INSERT');

-- Committed leaves that wait for their number, in place of audit_pending: a sequencer of the release before, which would hash them
-- without `seen`, does not see them. What still waits there is taken from there.
CREATE TABLE audit_waiting (
  domain_id integer NOT NULL,
  id uuid NOT NULL,
  leaf_ids uuid[] NOT NULL,
  PRIMARY KEY (domain_id, id)
);
SELECT commonchart.protect('audit_waiting', 'SELECT, INSERT, DELETE');
GRANT SELECT ON audit_waiting TO commonchart_maintenance;

CREATE OR REPLACE FUNCTION audit_domains_due(signed_before timestamptz) RETURNS SETOF integer
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH RECURSIVE waiting AS (
    (SELECT w.domain_id FROM public.audit_waiting w ORDER BY w.domain_id LIMIT 1)
    UNION ALL
    SELECT (SELECT n.domain_id FROM public.audit_waiting n WHERE n.domain_id > w.domain_id
            ORDER BY n.domain_id LIMIT 1)
    FROM waiting w WHERE w.domain_id IS NOT NULL
  ), pending AS (
    (SELECT p.domain_id FROM public.audit_pending p ORDER BY p.domain_id LIMIT 1)
    UNION ALL
    SELECT (SELECT n.domain_id FROM public.audit_pending n WHERE n.domain_id > p.domain_id
            ORDER BY n.domain_id LIMIT 1)
    FROM pending p WHERE p.domain_id IS NOT NULL
  )
  SELECT domain_id FROM waiting WHERE domain_id IS NOT NULL
  UNION
  SELECT domain_id FROM pending WHERE domain_id IS NOT NULL
  UNION
  SELECT t.domain_id FROM public.audit_tree t WHERE t.signed_size < t.size AND t.signed_at <= signed_before
$$;
