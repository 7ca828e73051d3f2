-- outside a transaction
DROP INDEX CONCURRENTLY IF EXISTS audit_leaf_by_kind
