-- Providers under one name. Its members are those listed and those whom `mass_match` takes in.
CREATE TABLE user_group (
  domain_id integer NOT NULL,
  id integer NOT NULL,
  name text NOT NULL,
  description text,
  color text,
  bookable boolean NOT NULL,
  mass_match text[] NOT NULL,
  deactivated boolean NOT NULL,
  version integer NOT NULL,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  PRIMARY KEY (domain_id, id)
);
CREATE INDEX user_group_by_id ON user_group (domain_id, id) WHERE NOT deactivated;
SELECT commonchart.protect('user_group', 'SELECT, INSERT, UPDATE');

-- The providers who are listed as members.
CREATE TABLE user_group_member (
  domain_id integer NOT NULL,
  user_group_id integer NOT NULL,
  provider_id integer NOT NULL,
  PRIMARY KEY (domain_id, user_group_id, provider_id),
  FOREIGN KEY (domain_id, user_group_id) REFERENCES user_group,
  FOREIGN KEY (domain_id, provider_id) REFERENCES provider
);
CREATE INDEX user_group_member_by_provider ON user_group_member (domain_id, provider_id);
SELECT commonchart.protect('user_group_member');
