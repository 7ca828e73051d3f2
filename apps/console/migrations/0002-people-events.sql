-- What was done about who may look at a domain: kept for good, since the graph's audit log does not hold it. Names are those
-- of the time, so that a line is still readable when the account is gone.
CREATE TABLE people_event (
  domain text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  at timestamptz NOT NULL DEFAULT now(),
  action text NOT NULL
    CHECK (action IN ('INVITED', 'INVITATION_TAKEN_BACK', 'JOINED', 'ROLE_CHANGED', 'REMOVED')),
  actor_id text NOT NULL,
  actor_name text NOT NULL,
  actor_role text NOT NULL,
  subject_id text,
  subject text,
  role text NOT NULL,
  earlier_role text,
  PRIMARY KEY (domain, id)
);

-- The console adds to it and changes nothing in it.
GRANT SELECT, INSERT ON people_event TO commonchart_console;
