-- When the data of a domain began to be deleted: from then on nothing of it is taken in.
ALTER TABLE domain_ref ADD COLUMN deleted_at timestamptz(3);

-- Deletes up to `most` rows of a domain whose deletion has begun, and its jobs; says how many. Tables come from pg_catalog, those
-- that refer to others before them; `kept` are left alone. It belongs to the migrator, because the program may delete nothing of
-- the audit log, and row-level security binds it to the domain of the transaction.
CREATE FUNCTION commonchart.delete_domain_rows(of_domain integer, most integer, kept text[]) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  target record;
  total integer := 0;
  gone integer;
BEGIN
  IF NOT EXISTS (SELECT FROM public.domain_ref d WHERE d.id = of_domain AND d.deleted_at IS NOT NULL) THEN
    RAISE EXCEPTION 'the deletion of the domain % has not begun', of_domain;
  END IF;
  DELETE FROM graphile_worker._private_jobs j
    WHERE j.payload->>'domainId' = of_domain::text AND j.locked_at IS NULL;
  FOR target IN
    WITH RECURSIVE tables AS (
      SELECT c.oid AS rel, c.relname AS name,
        -- Columns by which rows of the table refer to others of it.
        ARRAY(
          SELECT a.attname FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (k.conkey)
          WHERE k.contype = 'f' AND k.conrelid = c.oid AND k.confrelid = c.oid AND a.attname <> 'domain_id') AS own
      FROM pg_class c JOIN pg_attribute d ON d.attrelid = c.oid AND d.attname = 'domain_id' AND NOT d.attisdropped
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> ALL (kept)
    ), refers AS (
      SELECT DISTINCT conrelid AS child, confrelid AS parent FROM pg_constraint WHERE contype = 'f' AND conrelid <> confrelid
    ), depth AS (
      SELECT rel, 0 AS deep FROM tables
      UNION
      SELECT r.child, p.deep + 1 FROM depth p JOIN refers r ON r.parent = p.rel WHERE p.deep < 50
    )
    SELECT t.name, t.own FROM tables t JOIN depth USING (rel) GROUP BY t.name, t.own ORDER BY max(deep) DESC, t.name
  LOOP
    FOR place IN 1 .. coalesce(array_length(target.own, 1), 0) LOOP
      EXECUTE format(
        'UPDATE public.%1$I SET %2$I = NULL WHERE domain_id = $1 AND ctid = ANY (ARRAY(
          SELECT ctid FROM public.%1$I WHERE domain_id = $1 AND %2$I IS NOT NULL LIMIT $2))',
        target.name, target.own[place]) USING of_domain, most - total;
      GET DIAGNOSTICS gone = ROW_COUNT;
      total := total + gone;
      IF total >= most THEN RETURN total; END IF;
    END LOOP;
    EXECUTE format(
      'DELETE FROM public.%1$I WHERE domain_id = $1 AND ctid = ANY (ARRAY(
        SELECT ctid FROM public.%1$I WHERE domain_id = $1 LIMIT $2))',
      target.name) USING of_domain, most - total;
    GET DIAGNOSTICS gone = ROW_COUNT;
    total := total + gone;
    IF total >= most THEN RETURN total; END IF;
  END LOOP;
  RETURN total;
END $$;
REVOKE ALL ON FUNCTION commonchart.delete_domain_rows(integer, integer, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION commonchart.delete_domain_rows(integer, integer, text[]) TO commonchart_app;
