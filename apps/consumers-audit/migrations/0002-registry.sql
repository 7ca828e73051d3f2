-- The registry that gateways follow. One counter row, locked until its transaction ends, numbers the changes: whoever
-- sees version n sees every change up to n.
CREATE TABLE registry_counter (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  version bigint NOT NULL
);
INSERT INTO registry_counter (version) VALUES (0);
GRANT SELECT, UPDATE ON registry_counter TO commonchart_app;

-- The version of the newest change of each domain (consumer_id 0) and of each consumer. Global, because gateways follow
-- all domains at once; it holds ids and versions, nothing else.
CREATE TABLE registry_entry (
  domain_id integer NOT NULL,
  consumer_id bigint NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (domain_id, consumer_id)
);
CREATE INDEX registry_entry_by_version ON registry_entry (version);
GRANT SELECT, INSERT, UPDATE ON registry_entry TO commonchart_app;

-- The consumers of all domains that changed after `since`, with the keys that are accepted. It crosses domains, so it
-- belongs to the maintenance role and is listed in libs/database/src/maintenance-functions.ts.
CREATE FUNCTION registry_consumers(since bigint)
  RETURNS TABLE (id bigint, domain_id integer, name text, issuer text, active boolean, audience text, keys jsonb)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT c.id, c.domain_id, c.name, c.issuer, c.active, c.audience,
    coalesce(
      (SELECT jsonb_agg(
          jsonb_build_object('id', k.id::text, 'kid', k.kid, 'modulus', k.modulus, 'thumbprint', k.thumbprint)
          ORDER BY k.id)
        FROM public.consumer_key k
        WHERE k.domain_id = c.domain_id AND k.consumer_id = c.id AND k.retired_at IS NULL),
      '[]'::jsonb)
  FROM public.registry_entry e
    JOIN public.consumer c ON c.domain_id = e.domain_id AND c.id = e.consumer_id
  WHERE e.version > since
  ORDER BY e.version
$$;
ALTER FUNCTION registry_consumers(bigint) OWNER TO commonchart_maintenance;
REVOKE ALL ON FUNCTION registry_consumers(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registry_consumers(bigint) TO commonchart_app;
GRANT SELECT ON registry_entry, consumer, consumer_key TO commonchart_maintenance;
