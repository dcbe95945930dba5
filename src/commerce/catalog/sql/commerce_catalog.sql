-- name: schema
CREATE TABLE product (
  id TEXT PRIMARY KEY, is_master BIGINT NOT NULL, name TEXT NOT NULL, short_description TEXT NOT NULL,
  description TEXT NOT NULL, brand TEXT NOT NULL, category TEXT NOT NULL, image TEXT NOT NULL, online BIGINT NOT NULL,
  color TEXT NOT NULL, size TEXT NOT NULL, price_minor BIGINT, sale_price_minor BIGINT, currency TEXT NOT NULL);
CREATE TABLE variation (sku TEXT PRIMARY KEY, master_id TEXT NOT NULL, position BIGINT NOT NULL);
CREATE INDEX variation_of_master ON variation (master_id, position);
CREATE INDEX product_by_category ON product (category);
CREATE VIEW item AS
SELECT p.id AS sku, COALESCE(m.id, p.id) AS product_id, CASE WHEN m.id IS NULL THEN 0 ELSE 1 END AS is_variant,
  CASE WHEN m.id IS NULL OR m.name = '' THEN p.name ELSE m.name END AS name,
  CASE WHEN p.short_description = '' THEN COALESCE(m.short_description, '') ELSE p.short_description END AS short_description,
  CASE WHEN p.description = '' THEN COALESCE(m.description, '') ELSE p.description END AS description,
  CASE WHEN p.brand = '' THEN COALESCE(m.brand, '') ELSE p.brand END AS brand,
  CASE WHEN p.category = '' THEN COALESCE(m.category, '') ELSE p.category END AS category,
  CASE WHEN p.image = '' THEN COALESCE(m.image, '') ELSE p.image END AS image,
  CASE WHEN p.online = 1 AND COALESCE(m.online, 1) = 1 THEN 1 ELSE 0 END AS online, p.color, p.size,
  COALESCE(p.price_minor, m.price_minor) AS price_minor, COALESCE(p.sale_price_minor, m.sale_price_minor) AS sale_price_minor,
  CASE WHEN p.currency = '' THEN COALESCE(m.currency, '') ELSE p.currency END AS currency,
  COALESCE(v.position, 0) AS position
FROM product p LEFT JOIN variation v ON v.sku = p.id LEFT JOIN product m ON m.id = v.master_id
WHERE p.is_master = 0;

-- name: members_and_sites
ALTER TABLE product ADD COLUMN online_from BIGINT;
ALTER TABLE product ADD COLUMN online_to BIGINT;
ALTER TABLE product ADD COLUMN searchable BIGINT NOT NULL DEFAULT 1;
ALTER TABLE product ADD COLUMN variant_image TEXT NOT NULL DEFAULT '';
CREATE TABLE product_site (
  product_id TEXT NOT NULL, site TEXT NOT NULL, online BIGINT, online_from BIGINT, online_to BIGINT,
  PRIMARY KEY (product_id, site));
CREATE TABLE product_text (
  id TEXT NOT NULL, locale TEXT NOT NULL, name TEXT NOT NULL, short_description TEXT NOT NULL, description TEXT NOT NULL,
  PRIMARY KEY (id, locale));
CREATE TABLE product_image (
  product_id TEXT NOT NULL, position BIGINT NOT NULL, view_type TEXT NOT NULL, attribute TEXT NOT NULL, value TEXT NOT NULL,
  path TEXT NOT NULL, PRIMARY KEY (product_id, position));
CREATE INDEX product_image_of_value ON product_image (product_id, value, position);
CREATE TABLE product_set_member (
  set_id TEXT NOT NULL, sku TEXT NOT NULL, position BIGINT NOT NULL, PRIMARY KEY (set_id, sku));
CREATE INDEX product_set_of_member ON product_set_member (sku);
CREATE TABLE bundle_member (
  bundle_id TEXT NOT NULL, sku TEXT NOT NULL, quantity BIGINT NOT NULL, PRIMARY KEY (bundle_id, sku));
CREATE INDEX bundle_of_member ON bundle_member (sku);
CREATE TABLE removed_product (id TEXT PRIMARY KEY);
CREATE TABLE online_boundary (at BIGINT NOT NULL, product_id TEXT NOT NULL, PRIMARY KEY (at, product_id));
CREATE TABLE catalog_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE item_offline (sku TEXT NOT NULL, site TEXT NOT NULL, PRIMARY KEY (sku, site));
INSERT INTO item_offline (sku, site) SELECT sku, '' FROM item WHERE online = 0;
DROP VIEW item;
CREATE VIEW item AS
SELECT p.id AS sku, COALESCE(m.id, p.id) AS product_id, CASE WHEN m.id IS NULL THEN 0 ELSE 1 END AS is_variant,
  CASE WHEN m.id IS NULL OR m.name = '' THEN p.name ELSE m.name END AS name,
  CASE WHEN p.short_description = '' THEN COALESCE(m.short_description, '') ELSE p.short_description END AS short_description,
  CASE WHEN p.description = '' THEN COALESCE(m.description, '') ELSE p.description END AS description,
  CASE WHEN p.brand = '' THEN COALESCE(m.brand, '') ELSE p.brand END AS brand,
  CASE WHEN p.category = '' THEN COALESCE(m.category, '') ELSE p.category END AS category,
  CASE WHEN p.image <> '' THEN p.image WHEN p.variant_image <> '' THEN p.variant_image ELSE COALESCE(m.image, '') END AS image,
  CASE WHEN o.sku IS NULL THEN 1 ELSE 0 END AS online, p.color, p.size,
  COALESCE(p.price_minor, m.price_minor) AS price_minor, COALESCE(p.sale_price_minor, m.sale_price_minor) AS sale_price_minor,
  CASE WHEN p.currency = '' THEN COALESCE(m.currency, '') ELSE p.currency END AS currency,
  COALESCE(v.position, 0) AS position, p.searchable AS searchable
FROM product p LEFT JOIN variation v ON v.sku = p.id LEFT JOIN product m ON m.id = v.master_id
  LEFT JOIN item_offline o ON o.sku = p.id AND o.site = ''
WHERE p.is_master = 0;

-- What an incremental feed goes by: each transaction that changes products takes the next number, and holds the
-- counter's row until it commits, so that numbers are in the order of the commits.
-- name: change_sequence
ALTER TABLE product ADD COLUMN changed_seq BIGINT NOT NULL DEFAULT 0;
CREATE INDEX product_changed ON product (changed_seq);
ALTER TABLE removed_product ADD COLUMN changed_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE removed_product ADD COLUMN was_item BIGINT NOT NULL DEFAULT 0;
CREATE INDEX removed_product_changed ON removed_product (changed_seq);
CREATE TABLE catalog_sequence (id BIGINT PRIMARY KEY, value BIGINT NOT NULL);
INSERT INTO catalog_sequence (id, value) VALUES (1, 0);

-- name: next_sequence
UPDATE catalog_sequence SET value = value + 1 WHERE id = 1 RETURNING value;

-- name: last_sequence
SELECT value FROM catalog_sequence WHERE id = 1;

-- name: touch
UPDATE product SET changed_seq = $2 WHERE id = $1;

-- name: touch_variant_of_another
UPDATE product SET changed_seq = $2 WHERE id = $1
  AND NOT EXISTS (SELECT 1 FROM variation WHERE sku = $1 AND master_id = $3);

-- name: touch_variants
UPDATE product SET changed_seq = $2 WHERE id IN (SELECT sku FROM variation WHERE master_id = $1);

-- name: upsert_product
INSERT INTO product (id, is_master, name, short_description, description, brand, category, image, online, color, size,
                     price_minor, sale_price_minor, currency, online_from, online_to, searchable, changed_seq)
VALUES ($1, COALESCE($2, 0), COALESCE($3, ''), COALESCE($4, ''), COALESCE($5, ''), COALESCE($6, ''), COALESCE($7, ''), COALESCE($8, ''),
        COALESCE($9, 1), COALESCE($10, ''), COALESCE($11, ''), CASE WHEN CAST($12 AS BIGINT) < 0 THEN NULL ELSE CAST($12 AS BIGINT) END,
        CASE WHEN CAST($13 AS BIGINT) < 0 THEN NULL ELSE CAST($13 AS BIGINT) END, COALESCE($14, ''),
        CASE WHEN CAST($15 AS BIGINT) < 0 THEN NULL ELSE CAST($15 AS BIGINT) END,
        CASE WHEN CAST($16 AS BIGINT) < 0 THEN NULL ELSE CAST($16 AS BIGINT) END, COALESCE($17, 1), $18)
ON CONFLICT (id) DO UPDATE SET is_master = COALESCE($2, product.is_master), name = COALESCE($3, product.name),
  short_description = COALESCE($4, product.short_description), description = COALESCE($5, product.description),
  brand = COALESCE($6, product.brand), category = COALESCE($7, product.category), image = COALESCE($8, product.image),
  online = COALESCE($9, product.online), color = COALESCE($10, product.color), size = COALESCE($11, product.size),
  price_minor = CASE WHEN $12 IS NULL THEN product.price_minor ELSE excluded.price_minor END,
  sale_price_minor = CASE WHEN $13 IS NULL THEN product.sale_price_minor ELSE excluded.sale_price_minor END,
  currency = COALESCE($14, product.currency),
  online_from = CASE WHEN $15 IS NULL THEN product.online_from ELSE excluded.online_from END,
  online_to = CASE WHEN $16 IS NULL THEN product.online_to ELSE excluded.online_to END,
  searchable = COALESCE($17, product.searchable), changed_seq = excluded.changed_seq
WHERE product.is_master <> COALESCE($2, product.is_master) OR product.name <> COALESCE($3, product.name)
  OR product.short_description <> COALESCE($4, product.short_description)
  OR product.description <> COALESCE($5, product.description) OR product.brand <> COALESCE($6, product.brand)
  OR product.category <> COALESCE($7, product.category) OR product.image <> COALESCE($8, product.image)
  OR product.online <> COALESCE($9, product.online) OR product.color <> COALESCE($10, product.color)
  OR product.size <> COALESCE($11, product.size) OR product.currency <> COALESCE($14, product.currency)
  OR product.searchable <> COALESCE($17, product.searchable)
  OR ($12 IS NOT NULL AND COALESCE(product.price_minor, -1) <> COALESCE(excluded.price_minor, -1))
  OR ($13 IS NOT NULL AND COALESCE(product.sale_price_minor, -1) <> COALESCE(excluded.sale_price_minor, -1))
  OR ($15 IS NOT NULL AND COALESCE(product.online_from, -1) <> COALESCE(excluded.online_from, -1))
  OR ($16 IS NOT NULL AND COALESCE(product.online_to, -1) <> COALESCE(excluded.online_to, -1));

-- name: delete_product
DELETE FROM product WHERE id = $1;

-- name: delete_texts
DELETE FROM product_text WHERE id = $1;

-- name: delete_images
DELETE FROM product_image WHERE product_id = $1 AND position >= $2;

-- name: delete_all_images
DELETE FROM product_image WHERE product_id = $1;

-- name: delete_sites
DELETE FROM product_site WHERE product_id = $1;

-- name: delete_variations
DELETE FROM variation WHERE sku = $1 OR master_id = $1;

-- name: delete_set_members
DELETE FROM product_set_member WHERE set_id = $1;

-- name: delete_bundle_members
DELETE FROM bundle_member WHERE bundle_id = $1;

-- name: note_removed
INSERT INTO removed_product (id, changed_seq, was_item)
VALUES ($1, $2, COALESCE((SELECT 1 - is_master FROM product WHERE id = $1), 0)) ON CONFLICT (id) DO NOTHING;

-- name: forget_removed
DELETE FROM removed_product WHERE id = $1;

-- name: upsert_variation
INSERT INTO variation (sku, master_id, position) VALUES ($1, $2, $3)
ON CONFLICT (sku) DO UPDATE SET master_id = excluded.master_id, position = excluded.position
WHERE variation.master_id <> excluded.master_id OR variation.position <> excluded.position;

-- name: assign_category
UPDATE product SET category = $2, changed_seq = $3 WHERE id = $1 AND category = '';

-- name: upsert_site
INSERT INTO product_site (product_id, site, online, online_from, online_to)
VALUES ($1, $2, $3, CASE WHEN CAST($4 AS BIGINT) < 0 THEN NULL ELSE CAST($4 AS BIGINT) END,
  CASE WHEN CAST($5 AS BIGINT) < 0 THEN NULL ELSE CAST($5 AS BIGINT) END)
ON CONFLICT (product_id, site) DO UPDATE SET online = COALESCE(excluded.online, product_site.online),
  online_from = CASE WHEN $4 IS NULL THEN product_site.online_from ELSE excluded.online_from END,
  online_to = CASE WHEN $5 IS NULL THEN product_site.online_to ELSE excluded.online_to END;

-- name: upsert_text
INSERT INTO product_text (id, locale, name, short_description, description)
VALUES ($1, $2, COALESCE($3, ''), COALESCE($4, ''), COALESCE($5, ''))
ON CONFLICT (id, locale) DO UPDATE SET name = COALESCE($3, product_text.name),
  short_description = COALESCE($4, product_text.short_description), description = COALESCE($5, product_text.description);

-- name: insert_image
INSERT INTO product_image (product_id, position, view_type, attribute, value, path) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (product_id, position) DO UPDATE SET view_type = excluded.view_type, attribute = excluded.attribute,
  value = excluded.value, path = excluded.path
WHERE (product_image.view_type, product_image.attribute, product_image.value, product_image.path)
   <> (excluded.view_type, excluded.attribute, excluded.value, excluded.path);

-- name: insert_set_member
INSERT INTO product_set_member (set_id, sku, position) VALUES ($1, $2, $3)
ON CONFLICT (set_id, sku) DO UPDATE SET position = excluded.position;

-- name: insert_bundle_member
INSERT INTO bundle_member (bundle_id, sku, quantity) VALUES ($1, $2, $3)
ON CONFLICT (bundle_id, sku) DO UPDATE SET quantity = excluded.quantity;

-- name: give_variants_images
UPDATE product SET changed_seq = $2, variant_image = COALESCE((
  SELECT i.path FROM variation v JOIN product_image i ON i.product_id = v.master_id AND i.value <> ''
    AND i.value IN (product.color, product.size)
  WHERE v.sku = product.id ORDER BY i.position LIMIT 1), '')
WHERE id IN (SELECT v.sku FROM variation v WHERE v.master_id IN (SELECT value FROM json_each($1))
  AND EXISTS (SELECT 1 FROM product_image i WHERE i.product_id = v.master_id AND i.value <> ''))
  AND variant_image <> COALESCE((
  SELECT i.path FROM variation v JOIN product_image i ON i.product_id = v.master_id AND i.value <> ''
    AND i.value IN (product.color, product.size)
  WHERE v.sku = product.id ORDER BY i.position LIMIT 1), '');

-- name: give_variants_images dialect: postgresql
UPDATE product SET changed_seq = $2, variant_image = COALESCE((
  SELECT i.path FROM variation v JOIN product_image i ON i.product_id = v.master_id AND i.value <> ''
    AND i.value IN (product.color, product.size)
  WHERE v.sku = product.id ORDER BY i.position LIMIT 1), '')
WHERE id IN (SELECT v.sku FROM variation v WHERE v.master_id IN (SELECT json_array_elements_text(CAST($1 AS json)))
  AND EXISTS (SELECT 1 FROM product_image i WHERE i.product_id = v.master_id AND i.value <> ''))
  AND variant_image <> COALESCE((
  SELECT i.path FROM variation v JOIN product_image i ON i.product_id = v.master_id AND i.value <> ''
    AND i.value IN (product.color, product.size)
  WHERE v.sku = product.id ORDER BY i.position LIMIT 1), '');

-- name: find_texts
SELECT id, locale, name, short_description, description FROM product_text WHERE id = $1 ORDER BY locale;

-- name: find_images
SELECT view_type, attribute, value, path FROM product_image WHERE product_id = $1 ORDER BY position;

-- A master among the members stands for its variations.
-- name: set_members
SELECT s.set_id, COALESCE(v.sku, s.sku) FROM product_set_member s LEFT JOIN variation v ON v.master_id = s.sku
WHERE s.set_id IN (
  SELECT set_id FROM product_set_member WHERE sku IN (SELECT value FROM json_each($1))
  UNION SELECT m.set_id FROM variation w JOIN product_set_member m ON m.sku = w.master_id
    WHERE w.sku IN (SELECT value FROM json_each($1))
  UNION SELECT value FROM json_each($1)) ORDER BY s.set_id, s.position, v.position, v.sku;

-- name: set_members dialect: postgresql
SELECT s.set_id, COALESCE(v.sku, s.sku) FROM product_set_member s LEFT JOIN variation v ON v.master_id = s.sku
WHERE s.set_id IN (
  SELECT set_id FROM product_set_member WHERE sku IN (SELECT json_array_elements_text(CAST($1 AS json)))
  UNION SELECT m.set_id FROM variation w JOIN product_set_member m ON m.sku = w.master_id
    WHERE w.sku IN (SELECT json_array_elements_text(CAST($1 AS json)))
  UNION SELECT json_array_elements_text(CAST($1 AS json))) ORDER BY s.set_id, s.position, v.position, v.sku;

-- name: bundle_members
SELECT b.bundle_id, b.sku, b.quantity, CASE WHEN r.id IS NULL THEN 0 ELSE 1 END
FROM bundle_member b LEFT JOIN removed_product r ON r.id = b.sku
WHERE b.bundle_id IN (
  SELECT bundle_id FROM bundle_member WHERE sku IN (SELECT value FROM json_each($1))
  UNION SELECT m.bundle_id FROM variation w JOIN bundle_member m ON m.sku = w.master_id
    WHERE w.sku IN (SELECT value FROM json_each($1))
  UNION SELECT value FROM json_each($1)) ORDER BY b.bundle_id, b.sku;

-- name: bundle_members dialect: postgresql
SELECT b.bundle_id, b.sku, b.quantity, CASE WHEN r.id IS NULL THEN 0 ELSE 1 END
FROM bundle_member b LEFT JOIN removed_product r ON r.id = b.sku
WHERE b.bundle_id IN (
  SELECT bundle_id FROM bundle_member WHERE sku IN (SELECT json_array_elements_text(CAST($1 AS json)))
  UNION SELECT m.bundle_id FROM variation w JOIN bundle_member m ON m.sku = w.master_id
    WHERE w.sku IN (SELECT json_array_elements_text(CAST($1 AS json)))
  UNION SELECT json_array_elements_text(CAST($1 AS json))) ORDER BY b.bundle_id, b.sku;

-- name: variants_of
SELECT master_id, sku FROM variation WHERE master_id IN (SELECT value FROM json_each($1)) ORDER BY master_id, position, sku;

-- name: variants_of dialect: postgresql
SELECT master_id, sku FROM variation WHERE master_id IN (SELECT json_array_elements_text(CAST($1 AS json))) ORDER BY master_id, position, sku;

-- name: sku_kind
SELECT is_master FROM product WHERE id = $1;
