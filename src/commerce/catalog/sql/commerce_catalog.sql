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

-- name: upsert_product
INSERT INTO product (id, is_master, name, short_description, description, brand, category, image, online, color, size,
                     price_minor, sale_price_minor, currency)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (id) DO UPDATE SET is_master = excluded.is_master, name = excluded.name,
  short_description = excluded.short_description, description = excluded.description, brand = excluded.brand,
  category = excluded.category, image = excluded.image, online = excluded.online, color = excluded.color, size = excluded.size,
  price_minor = excluded.price_minor, sale_price_minor = excluded.sale_price_minor, currency = excluded.currency
WHERE (product.is_master, product.name, product.short_description, product.description, product.brand, product.category,
       product.image, product.online, product.color, product.size, COALESCE(product.price_minor, -1),
       COALESCE(product.sale_price_minor, -1), product.currency)
   <> (excluded.is_master, excluded.name, excluded.short_description, excluded.description, excluded.brand, excluded.category,
       excluded.image, excluded.online, excluded.color, excluded.size, COALESCE(excluded.price_minor, -1),
       COALESCE(excluded.sale_price_minor, -1), excluded.currency);

-- name: delete_product
DELETE FROM product WHERE id = $1;

-- name: upsert_variation
INSERT INTO variation (sku, master_id, position) VALUES ($1, $2, $3)
ON CONFLICT (sku) DO UPDATE SET master_id = excluded.master_id, position = excluded.position
WHERE variation.master_id <> excluded.master_id OR variation.position <> excluded.position;

-- name: assign_category
UPDATE product SET category = $2 WHERE id = $1 AND category = '';

-- name: sku_offline
SELECT 1 FROM item WHERE sku = $1 AND online = 0;

-- name: sku_exists
SELECT 1 FROM product WHERE id = $1 AND is_master = 0;
