-- What a change was from and to stays with the subgraph that owns the record; its salted hash alone goes into the audit
-- log. Cleared before, after and salt leave the hash, and with it every proof, as it is.
ALTER TABLE audit_event
  ADD COLUMN before jsonb,
  ADD COLUMN after jsonb,
  ADD COLUMN salt bytea,
  ADD COLUMN detail_hash text COLLATE "C";
