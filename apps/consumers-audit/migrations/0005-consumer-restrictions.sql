-- What a consumer is held to. Null restricts nothing, as CHR has it; an empty list of scopes allows nothing.
ALTER TABLE consumer
  ADD COLUMN scopes text[],
  ADD COLUMN ip_ranges text[],
  ADD COLUMN expires_at timestamptz(3),
  ADD COLUMN requests_per_minute integer CHECK (requests_per_minute > 0);

-- When a key begins and ceases to be accepted by itself; `retired_at` is when it was retired at once.
ALTER TABLE consumer_key
  ADD COLUMN not_before timestamptz(3),
  ADD COLUMN retire_at timestamptz(3),
  ADD CHECK (not_before < retire_at);

-- As in 0002, with the restrictions and the times of the keys, which gateways compare with their own clocks.
DROP FUNCTION registry_consumers(bigint);
CREATE FUNCTION registry_consumers(since bigint)
  RETURNS TABLE (
    id bigint, domain_id integer, name text, issuer text, active boolean, audience text, scopes text[], ip_ranges text[],
    expires_at timestamptz, requests_per_minute integer, keys jsonb
  )
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT c.id, c.domain_id, c.name, c.issuer, c.active, c.audience, c.scopes, c.ip_ranges, c.expires_at,
    c.requests_per_minute,
    coalesce(
      (SELECT jsonb_agg(
          jsonb_build_object(
            'id', k.id::text, 'kid', k.kid, 'modulus', k.modulus, 'thumbprint', k.thumbprint,
            'notBefore', k.not_before, 'retireAt', k.retire_at)
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
