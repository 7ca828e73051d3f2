-- What is committed together waits together: a row for each batch of leaves in place of one for each leaf. The id of a row
-- is that of one of its leaves.
ALTER TABLE audit_pending ADD COLUMN leaf_ids uuid[];
ALTER TABLE audit_pending NO FORCE ROW LEVEL SECURITY;
UPDATE audit_pending SET leaf_ids = ARRAY[id];
ALTER TABLE audit_pending FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_pending ALTER COLUMN leaf_ids SET NOT NULL;

-- Reads are what most leaves are. As with their action, searching for all of them reads the list.
DROP INDEX audit_leaf_by_kind;
CREATE INDEX audit_leaf_by_kind ON audit_leaf (domain_id, kind, occurred_at, id) WHERE kind <> 'READ';
