-- When the data of a domain is to go and who asked for it, when that began, and when nothing was left.
ALTER TABLE domain
  ADD COLUMN delete_at timestamptz(3),
  ADD COLUMN delete_requested_by text,
  ADD COLUMN deletion_begun_at timestamptz(3),
  ADD COLUMN deleted_at timestamptz(3);

-- Deletes up to `most` checkpoints of a domain whose deletion has begun, all but the newest, and says how many. As
-- commonchart.delete_domain_rows, it belongs to the migrator.
CREATE FUNCTION delete_older_checkpoints(of_domain integer, most integer) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  gone integer;
BEGIN
  IF NOT EXISTS (SELECT FROM public.domain_ref d WHERE d.id = of_domain AND d.deleted_at IS NOT NULL) THEN
    RAISE EXCEPTION 'the deletion of the domain % has not begun', of_domain;
  END IF;
  DELETE FROM public.audit_checkpoint c
    WHERE c.domain_id = of_domain AND c.size IN (
      SELECT o.size FROM public.audit_checkpoint o WHERE o.domain_id = of_domain
      ORDER BY o.size DESC OFFSET 1 LIMIT most);
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;
REVOKE ALL ON FUNCTION delete_older_checkpoints(integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION delete_older_checkpoints(integer, integer) TO commonchart_app;
