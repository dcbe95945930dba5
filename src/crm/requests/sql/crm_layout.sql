-- How the rows lie that every submission writes: as few trees as possible, and only those in random order that something asks for.
-- What is found by its key alone lies in that key's order; the timeline lies by request. Demand is counted from the index of
-- statuses, in which new requests lie together, so that none by product and time is kept for it.

-- name: lay_out dialect: sqlite
CREATE TABLE contact_identity_new (
  site_group TEXT NOT NULL,
  email_normalized TEXT NOT NULL,
  contact BIGINT NOT NULL,
  PRIMARY KEY (site_group, email_normalized)
) WITHOUT ROWID;
INSERT INTO contact_identity_new (site_group, email_normalized, contact)
SELECT site_group, email_normalized, contact FROM contact_identity ORDER BY site_group, email_normalized;
DROP TABLE contact_identity;
ALTER TABLE contact_identity_new RENAME TO contact_identity;
CREATE INDEX contact_identity_contact ON contact_identity (contact);
CREATE TABLE submission_new (
  request_key TEXT PRIMARY KEY NOT NULL,
  contact BIGINT NOT NULL,
  request BIGINT NOT NULL,
  contact_created BIGINT NOT NULL,
  request_created BIGINT NOT NULL,
  consent_text_version TEXT NOT NULL,
  consent_given_at BIGINT NOT NULL,
  consent_page_url TEXT NOT NULL,
  received_at BIGINT NOT NULL
) WITHOUT ROWID;
INSERT INTO submission_new (request_key, contact, request, contact_created, request_created, consent_text_version,
                            consent_given_at, consent_page_url, received_at)
SELECT request_key, contact, request, contact_created, request_created, consent_text_version, consent_given_at,
       consent_page_url, received_at FROM submission ORDER BY request_key;
DROP TABLE submission;
ALTER TABLE submission_new RENAME TO submission;
CREATE INDEX submission_request ON submission (request);
CREATE TABLE request_event_new (
  id BIGINT NOT NULL,
  request BIGINT NOT NULL REFERENCES back_in_stock (id),
  happened_at BIGINT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT NOT NULL,
  source TEXT NOT NULL,
  update_sequence BIGINT,
  PRIMARY KEY (request, id)
) WITHOUT ROWID;
INSERT INTO request_event_new (id, request, happened_at, status, reason, source, update_sequence)
SELECT id, request, happened_at, status, reason, source, update_sequence FROM request_event ORDER BY request, id;
DROP TABLE request_event;
ALTER TABLE request_event_new RENAME TO request_event;
CREATE UNIQUE INDEX request_event_update ON request_event (request, update_sequence) WHERE update_sequence IS NOT NULL;
DROP INDEX back_in_stock_waiting;
DROP INDEX back_in_stock_status;
CREATE INDEX back_in_stock_status ON back_in_stock (status, id, sku, requested_at, is_deleted);

-- Most addresses are their own normal form but for the case: contact_email finds those, this index the others. Who looks for an
-- address asks for both (email = $1 COLLATE NOCASE AND email_normalized = $1 OR email_normalized = $1 AND email_normalized <> email ...).
-- name: index_other_spellings dialect: sqlite
DROP INDEX contact_email_normalized;
CREATE INDEX contact_email_normalized ON contact (email_normalized) WHERE email_normalized <> email COLLATE NOCASE;

-- name: index_other_spellings dialect: postgresql
SELECT 1;

-- name: lay_out dialect: postgresql
DROP INDEX back_in_stock_waiting;
DROP INDEX back_in_stock_status;
CREATE INDEX back_in_stock_status ON back_in_stock (status, id) INCLUDE (sku, requested_at, is_deleted);
