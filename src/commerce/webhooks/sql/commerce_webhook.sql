-- name: schema
CREATE TABLE webhook_delivery (
  shop TEXT NOT NULL, site TEXT NOT NULL, id TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (shop, site, id));
CREATE INDEX webhook_delivery_by_time ON webhook_delivery (at);
CREATE TABLE webhook_version (
  shop TEXT NOT NULL, site TEXT NOT NULL, product_id TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (shop, site, product_id));
CREATE TABLE webhook_item (
  shop TEXT NOT NULL, site TEXT NOT NULL, item TEXT NOT NULL, product_id TEXT NOT NULL, variant_id TEXT NOT NULL, sku TEXT NOT NULL,
  owner BIGINT NOT NULL, online BIGINT NOT NULL, tracked BIGINT NOT NULL, state BIGINT NOT NULL, backorder BIGINT NOT NULL,
  quantity BIGINT, of_parent BIGINT NOT NULL, PRIMARY KEY (shop, site, item));
CREATE INDEX webhook_item_by_product ON webhook_item (shop, site, product_id);
CREATE INDEX webhook_item_by_variant ON webhook_item (shop, site, variant_id);
CREATE INDEX webhook_item_by_sku ON webhook_item (shop, site, sku);
CREATE TABLE webhook_level (
  shop TEXT NOT NULL, site TEXT NOT NULL, item TEXT NOT NULL, location TEXT NOT NULL, available BIGINT, at BIGINT NOT NULL,
  PRIMARY KEY (shop, site, item, location));

-- name: find_delivery
SELECT 1 FROM webhook_delivery WHERE shop = $1 AND site = $2 AND id = $3;

-- name: note_delivery
INSERT INTO webhook_delivery (shop, site, id, at) VALUES ($1, $2, $3, $4) ON CONFLICT (shop, site, id) DO NOTHING;

-- name: forget_deliveries
DELETE FROM webhook_delivery WHERE at < $1;

-- name: find_version
SELECT at FROM webhook_version WHERE shop = $1 AND site = $2 AND product_id = $3;

-- name: put_version
INSERT INTO webhook_version (shop, site, product_id, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (shop, site, product_id) DO UPDATE SET at = excluded.at;

-- name: items_of_product
SELECT item, product_id, variant_id, sku, owner, online, tracked, state, backorder, quantity, of_parent
FROM webhook_item WHERE shop = $1 AND site = $2 AND product_id = $3 ORDER BY item;

-- name: items_of_sku
SELECT item, product_id, variant_id, sku, owner, online, tracked, state, backorder, quantity, of_parent
FROM webhook_item WHERE shop = $1 AND site = $2 AND sku = $3 ORDER BY item;

-- name: find_item
SELECT item, product_id, variant_id, sku, owner, online, tracked, state, backorder, quantity, of_parent
FROM webhook_item WHERE shop = $1 AND site = $2 AND item = $3;

-- name: find_variant
SELECT item, product_id, variant_id, sku, owner, online, tracked, state, backorder, quantity, of_parent
FROM webhook_item WHERE shop = $1 AND site = $2 AND variant_id = $3 ORDER BY item LIMIT 1;

-- name: put_item
INSERT INTO webhook_item (shop, site, item, product_id, variant_id, sku, owner, online, tracked, state, backorder, quantity, of_parent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (shop, site, item) DO UPDATE SET product_id = excluded.product_id, variant_id = excluded.variant_id, sku = excluded.sku,
  owner = excluded.owner, online = excluded.online, tracked = excluded.tracked, state = excluded.state,
  backorder = excluded.backorder, quantity = excluded.quantity, of_parent = excluded.of_parent;

-- name: delete_item
DELETE FROM webhook_item WHERE shop = $1 AND site = $2 AND item = $3;

-- name: levels_of_item
SELECT location, available, at FROM webhook_level WHERE shop = $1 AND site = $2 AND item = $3 ORDER BY location;

-- name: put_level
INSERT INTO webhook_level (shop, site, item, location, available, at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (shop, site, item, location) DO UPDATE SET available = excluded.available, at = excluded.at
WHERE webhook_level.at <= excluded.at;

-- name: delete_levels
DELETE FROM webhook_level WHERE shop = $1 AND site = $2 AND item = $3;
