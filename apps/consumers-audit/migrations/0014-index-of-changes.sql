-- outside a transaction
CREATE INDEX CONCURRENTLY audit_leaf_changes ON audit_leaf (domain_id, occurred_at, id) WHERE kind = 'CHANGE'
