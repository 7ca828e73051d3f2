-- The same, with the domain as a value: a distributed database sends a row to its machine by what it knows before it plans.
CREATE OR REPLACE FUNCTION commonchart.next_id(counter_name text, count integer DEFAULT 1) RETURNS integer
  LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  domain integer := commonchart.current_domain();
  last integer;
BEGIN
  INSERT INTO public.counter AS c (domain_id, name, value)
  VALUES (domain, counter_name, count)
  ON CONFLICT (domain_id, name) DO UPDATE SET value = c.value + excluded.value
  RETURNING c.value INTO last;
  RETURN last - count + 1;
END $$;
