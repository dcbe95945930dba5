-- A wave: what was decided at a restock, by which figures. factor_percent and open_units are NULL where everyone is invited.
-- An invitation takes up units of its SKU while it is open. ended_at: when it was found to be open no more.

-- name: schema_1
CREATE TABLE allocation_wave (
  restock_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  decided_at BIGINT NOT NULL,
  rule TEXT NOT NULL,
  units BIGINT NOT NULL,
  factor_percent BIGINT,
  open_units BIGINT,
  invited BIGINT NOT NULL,
  invited_units BIGINT NOT NULL,
  PRIMARY KEY (restock_id, number)
);
CREATE TABLE invitation (
  restock_id BIGINT NOT NULL,
  request_id BIGINT NOT NULL,
  sku TEXT NOT NULL,
  wave BIGINT NOT NULL,
  units BIGINT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (restock_id, request_id)
);
CREATE INDEX invitation_open ON invitation (sku) WHERE ended_at IS NULL;
CREATE INDEX invitation_request ON invitation (request_id);

-- Of a wave that went by classes: what each was given. credit: how the classes stand with the SKU's next wave, in hundredths of a place.
-- name: schema_2
CREATE TABLE allocation_wave_class (
  restock_id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  place BIGINT NOT NULL,
  class TEXT NOT NULL,
  share_percent BIGINT NOT NULL,
  invited BIGINT NOT NULL,
  PRIMARY KEY (restock_id, number, place)
);
CREATE TABLE allocation_credit (
  sku TEXT NOT NULL,
  class TEXT NOT NULL,
  credit BIGINT NOT NULL,
  PRIMARY KEY (sku, class)
);

-- interval_ms: how long the wave had to wait where that goes by conversion; measured_…: the figures it went by.
-- name: schema_3
ALTER TABLE allocation_wave ADD COLUMN interval_ms BIGINT;
ALTER TABLE allocation_wave ADD COLUMN measured_sent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE allocation_wave ADD COLUMN measured_opened BIGINT NOT NULL DEFAULT 0;
ALTER TABLE allocation_wave ADD COLUMN measured_clicked BIGINT NOT NULL DEFAULT 0;
ALTER TABLE allocation_wave ADD COLUMN measured_purchased BIGINT NOT NULL DEFAULT 0;

-- sent_at: when the message left. Those whose request has ended are ended here once; from now on when it ends.
-- name: schema_4
ALTER TABLE invitation ADD COLUMN sent_at BIGINT;
UPDATE invitation SET sent_at = (SELECT m.sent_at FROM message m WHERE m.request_id = invitation.request_id
  AND m.restock_id = invitation.restock_id AND m.follow_up = 0 AND m.state = 'sent') WHERE ended_at IS NULL;
UPDATE invitation SET ended_at = COALESCE(sent_at, 0) WHERE ended_at IS NULL AND NOT EXISTS (SELECT 1 FROM ext_request r
  WHERE r.id = invitation.request_id AND r.status NOT IN ('Purchased', 'Cancelled', 'Expired', 'Undeliverable'));
DROP INDEX invitation_open;
CREATE INDEX invitation_open ON invitation (sku, sent_at, units, ended_at) WHERE ended_at IS NULL;

-- name: last_wave
SELECT restock_id, number, decided_at, rule, units, factor_percent, open_units, invited, invited_units,
  interval_ms, measured_sent, measured_opened, measured_clicked, measured_purchased
FROM allocation_wave WHERE restock_id = $1 ORDER BY number DESC LIMIT 1;

-- name: add_wave
INSERT INTO allocation_wave (restock_id, number, decided_at, rule, units, factor_percent, open_units, invited, invited_units,
  interval_ms, measured_sent, measured_opened, measured_clicked, measured_purchased)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: add_wave_class
INSERT INTO allocation_wave_class (restock_id, number, place, class, share_percent, invited) VALUES ($1, $2, $3, $4, $5, $6);

-- name: credits_of_sku
SELECT class, credit FROM allocation_credit WHERE sku = $1;

-- name: save_credit
INSERT INTO allocation_credit (sku, class, credit) VALUES ($1, $2, $3)
ON CONFLICT (sku, class) DO UPDATE SET credit = excluded.credit;

-- name: invite
INSERT INTO invitation (restock_id, request_id, sku, wave, units, ended_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (restock_id, request_id) DO UPDATE SET wave = excluded.wave, units = excluded.units, ended_at = excluded.ended_at, sent_at = NULL;

-- What became of the newest three waves of a restock.
-- name: measure_restock
SELECT COUNT(*), COUNT(m.opened_at), COUNT(m.clicked_at), CAST(COALESCE(SUM(CASE WHEN r.status = 'Purchased' THEN 1 ELSE 0 END), 0) AS BIGINT)
FROM (SELECT restock_id, request_id FROM invitation WHERE restock_id = $1
        AND wave > (SELECT MAX(number) FROM allocation_wave WHERE restock_id = $1) - 3 LIMIT $2) AS i
JOIN message m ON m.request_id = i.request_id AND m.restock_id = i.restock_id AND m.follow_up = 0 AND m.state = 'sent'
LEFT JOIN ext_request r ON r.id = i.request_id;

-- And of the newest ten waves of whatever restock.
-- name: measure_all
SELECT COUNT(*), COUNT(m.opened_at), COUNT(m.clicked_at), CAST(COALESCE(SUM(CASE WHEN r.status = 'Purchased' THEN 1 ELSE 0 END), 0) AS BIGINT)
FROM (SELECT i.restock_id, i.request_id
      FROM (SELECT restock_id, number FROM allocation_wave ORDER BY restock_id DESC, number DESC LIMIT 10) AS w
      JOIN invitation i ON i.restock_id = w.restock_id AND i.wave = w.number LIMIT $1) AS i
JOIN message m ON m.request_id = i.request_id AND m.restock_id = i.restock_id AND m.follow_up = 0 AND m.state = 'sent'
LEFT JOIN ext_request r ON r.id = i.request_id;

-- name: end_by_time
UPDATE invitation SET ended_at = $2 WHERE sku = $1 AND ended_at IS NULL AND sent_at <= $3;

-- Whose message did not leave, and will not. Those that have left end by time, or when their request does.
-- name: end_unsent
UPDATE invitation SET ended_at = $2 WHERE sku = $1 AND ended_at IS NULL AND sent_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM journey_entry e JOIN ext_request r ON r.id = e.request_id
  WHERE e.restock_id = invitation.restock_id AND e.request_id = invitation.request_id AND e.state = 'active'
    AND r.status NOT IN ('Purchased', 'Cancelled', 'Expired', 'Undeliverable'));

-- Out of the index alone.
-- name: open_invitations
SELECT CAST(COALESCE(SUM(units), 0) AS BIGINT), MIN(sent_at), COUNT(*) FROM invitation WHERE sku = $1 AND ended_at IS NULL;

-- name: invitation_sent
UPDATE invitation SET sent_at = $3 WHERE restock_id = $1 AND request_id = $2 AND sent_at IS NULL;

-- name: list_waves
SELECT w.restock_id, w.number, w.decided_at, w.rule, w.units, w.factor_percent, w.open_units, w.invited, w.invited_units,
  w.interval_ms, w.measured_sent, w.measured_opened, w.measured_clicked, w.measured_purchased
FROM (SELECT id FROM restock WHERE id < $1 AND ($2 = '' OR sku = $2) ORDER BY id DESC LIMIT $3) AS page
JOIN allocation_wave w ON w.restock_id = page.id
WHERE w.number > (SELECT MAX(x.number) FROM allocation_wave x WHERE x.restock_id = page.id) - 20
ORDER BY w.restock_id DESC, w.number;

-- name: list_wave_classes
SELECT c.restock_id, c.number, c.class, c.share_percent, c.invited
FROM (SELECT id FROM restock WHERE id < $1 AND ($2 = '' OR sku = $2) ORDER BY id DESC LIMIT $3) AS page
JOIN allocation_wave_class c ON c.restock_id = page.id
WHERE c.number > (SELECT MAX(x.number) FROM allocation_wave x WHERE x.restock_id = page.id) - 20
ORDER BY c.restock_id DESC, c.number, c.place;
