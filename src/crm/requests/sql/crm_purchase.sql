-- Purchases that were told, of contacts that are known: one row for an order of a site and SKU, whose time counts however often it
-- is told.

-- name: create_purchase
CREATE TABLE purchase (
  order_id TEXT NOT NULL,
  sku TEXT NOT NULL,
  contact BIGINT NOT NULL,
  site TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  bought_at BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  PRIMARY KEY (order_id, sku)
);
CREATE INDEX purchase_contact ON purchase (contact);

-- Two shops may count their orders alike.
-- name: key_by_site
CREATE TABLE purchase_of_site (
  site TEXT NOT NULL,
  order_id TEXT NOT NULL,
  sku TEXT NOT NULL,
  contact BIGINT NOT NULL,
  quantity BIGINT NOT NULL,
  bought_at BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  PRIMARY KEY (site, order_id, sku)
);
INSERT INTO purchase_of_site (site, order_id, sku, contact, quantity, bought_at, received_at)
SELECT site, order_id, sku, contact, quantity, bought_at, received_at FROM purchase;
DROP TABLE purchase;
ALTER TABLE purchase_of_site RENAME TO purchase;
CREATE INDEX purchase_contact ON purchase (contact);

-- name: contacts_of_mailbox dialect: sqlite
SELECT a.id FROM contact a WHERE (a.email = $1 COLLATE NOCASE AND a.email_normalized = $1
  OR a.email_normalized = $1 AND a.email_normalized <> a.email COLLATE NOCASE) AND a.is_deleted = 0
UNION SELECT a.master FROM contact a WHERE (a.email = $1 COLLATE NOCASE AND a.email_normalized = $1
  OR a.email_normalized = $1 AND a.email_normalized <> a.email COLLATE NOCASE) AND a.master IS NOT NULL
UNION SELECT b.master FROM contact a JOIN contact b ON b.id = a.master
      WHERE (a.email = $1 COLLATE NOCASE AND a.email_normalized = $1
  OR a.email_normalized = $1 AND a.email_normalized <> a.email COLLATE NOCASE) AND b.master IS NOT NULL
ORDER BY 1;

-- name: contacts_of_mailbox dialect: postgresql
SELECT a.id FROM contact a WHERE a.email_normalized = $1 AND a.is_deleted = 0
UNION SELECT a.master FROM contact a WHERE a.email_normalized = $1 AND a.master IS NOT NULL
UNION SELECT b.master FROM contact a JOIN contact b ON b.id = a.master
      WHERE a.email_normalized = $1 AND b.master IS NOT NULL
ORDER BY 1;

-- name: note_purchase
INSERT INTO purchase (order_id, sku, contact, site, quantity, bought_at, received_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (site, order_id, sku) DO NOTHING;

-- name: bought_at
SELECT bought_at FROM purchase WHERE order_id = $1 AND sku = $2 AND site = $3;

-- What the purchase ends: asked for before it, and last wanted before it.
-- name: requests_bought
SELECT id FROM back_in_stock
WHERE contact = $1 AND sku = $2 AND ($3 = '' OR site = $3) AND is_deleted = 0
  AND status IN ('Pending', 'Requested', 'Queued', 'Sent', 'Opened', 'Clicked')
  AND COALESCE(asked_at, requested_at) <= $4
ORDER BY id;
