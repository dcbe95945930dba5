-- name: schema_1
CREATE TABLE catalog_item (
  sku TEXT PRIMARY KEY,
  product_id TEXT NOT NULL,
  master_id TEXT NOT NULL,
  name TEXT NOT NULL,
  variant_text TEXT NOT NULL,
  link TEXT NOT NULL,
  image_link TEXT NOT NULL,
  price TEXT NOT NULL,
  sale_price TEXT NOT NULL,
  description TEXT NOT NULL,
  row_hash BIGINT NOT NULL
);

-- name: upsert_item
INSERT INTO catalog_item (sku, product_id, master_id, name, variant_text, link, image_link, price, sale_price, description,
  row_hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (sku) DO UPDATE SET product_id = excluded.product_id, master_id = excluded.master_id, name = excluded.name,
  variant_text = excluded.variant_text, link = excluded.link, image_link = excluded.image_link, price = excluded.price,
  sale_price = excluded.sale_price, description = excluded.description, row_hash = excluded.row_hash;

-- name: find_item
SELECT sku, product_id, master_id, name, variant_text, link, image_link, price, sale_price, description
FROM catalog_item WHERE sku = $1;
