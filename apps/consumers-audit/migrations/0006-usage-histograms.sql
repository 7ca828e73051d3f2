-- How long answers took, finely enough to tell percentiles from: src/audit/duration-histogram.ts says what each place stands
-- for. An array ends at its last place that is not 0. Hours from before have none, and `refused` is null in them.
ALTER TABLE consumer_usage
  ADD COLUMN histogram integer[] NOT NULL DEFAULT '{}',
  ADD COLUMN refused integer,
  -- The coarse counts, which nothing reads, are no longer made. A process of the version before may still write them.
  ALTER COLUMN durations SET DEFAULT '{}';

-- What all consumers of a domain asked for in a period, whichever they are.
CREATE INDEX consumer_usage_by_hour ON consumer_usage (domain_id, hour);
