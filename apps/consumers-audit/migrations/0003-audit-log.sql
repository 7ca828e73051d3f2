-- How much consumers ask, hour by hour, counted from the leaves of their requests.
CREATE TABLE consumer_usage (
  domain_id integer NOT NULL,
  consumer_id bigint NOT NULL,
  hour timestamptz(3) NOT NULL,
  requests integer NOT NULL,
  errors integer NOT NULL,
  last_at timestamptz(3) NOT NULL,
  durations integer[] NOT NULL,
  PRIMARY KEY (domain_id, consumer_id, hour)
);
SELECT commonchart.protect('consumer_usage', 'SELECT, INSERT, UPDATE');

CREATE TABLE consumer_key_usage (
  domain_id integer NOT NULL,
  key_id bigint NOT NULL,
  last_used_at timestamptz(3) NOT NULL,
  PRIMARY KEY (domain_id, key_id)
);
SELECT commonchart.protect('consumer_key_usage', 'SELECT, INSERT, UPDATE');
