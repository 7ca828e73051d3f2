-- Serves the delivery log of one topic, which may be rare among many. The days that are there already do without it, and are
-- gone after 90 days: each new one has it.
CREATE INDEX event_delivery_topic ON ONLY event_delivery (domain_id, subscription_id, topic, id);
