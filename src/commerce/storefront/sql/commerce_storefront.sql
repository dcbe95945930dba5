-- name: list_cards
SELECT i.product_id, MIN(i.name), MIN(i.brand), MIN(i.category), MIN(i.image), MIN(COALESCE(i.sale_price_minor, i.price_minor)),
  MAX(COALESCE(i.sale_price_minor, i.price_minor)), MIN(i.currency), COUNT(DISTINCT i.color),
  SUM(CASE WHEN COALESCE(s.availability, CAST($6 AS TEXT)) = 'in_stock' THEN 1 ELSE 0 END), COUNT(*)
FROM item i LEFT JOIN site_stock s ON s.site = $7 AND s.sku = i.sku
WHERE i.online = 1 AND (CAST($1 AS TEXT) = '' OR i.category = $1)
  AND (CAST($2 AS TEXT) = '' OR LOWER(i.name) LIKE LOWER($2))
GROUP BY i.product_id
HAVING CAST($3 AS BIGINT) = 0 OR SUM(CASE WHEN COALESCE(s.availability, CAST($6 AS TEXT)) = 'in_stock' THEN 1 ELSE 0 END) < COUNT(*)
ORDER BY MIN(i.name), i.product_id LIMIT $4 OFFSET $5;

-- name: count_cards
SELECT COUNT(*) FROM (SELECT i.product_id FROM item i LEFT JOIN site_stock s ON s.site = $5 AND s.sku = i.sku
WHERE i.online = 1 AND (CAST($1 AS TEXT) = '' OR i.category = $1)
  AND (CAST($2 AS TEXT) = '' OR LOWER(i.name) LIKE LOWER($2))
GROUP BY i.product_id
HAVING CAST($3 AS BIGINT) = 0
  OR SUM(CASE WHEN COALESCE(s.availability, CAST($4 AS TEXT)) = 'in_stock' THEN 1 ELSE 0 END) < COUNT(*)) AS cards;

-- name: list_categories
SELECT DISTINCT category FROM product WHERE category <> '' ORDER BY category LIMIT 50;

-- name: items_of_product
SELECT i.sku, i.product_id, i.is_variant, i.name, i.short_description, i.description, i.brand, i.category, i.image, i.online,
  i.color, i.size, i.price_minor, i.sale_price_minor, i.currency, s.availability, s.ats, s.changed_at
FROM item i LEFT JOIN site_stock s ON s.site = $2 AND s.sku = i.sku
WHERE i.sku IN (SELECT CAST($1 AS TEXT) UNION SELECT sku FROM variation WHERE master_id = $1) AND i.product_id = $1
ORDER BY i.position, i.sku;

-- name: find_item
SELECT i.sku, i.product_id, i.is_variant, i.name, i.short_description, i.description, i.brand, i.category, i.image, i.online,
  i.color, i.size, i.price_minor, i.sale_price_minor, i.currency, s.availability, s.ats, s.changed_at
FROM item i LEFT JOIN site_stock s ON s.site = $2 AND s.sku = i.sku WHERE i.sku = $1;

-- name: list_items
SELECT i.sku, i.product_id, i.is_variant, i.name, i.short_description, i.description, i.brand, i.category, i.image, i.online,
  i.color, i.size, i.price_minor, i.sale_price_minor, i.currency, s.availability, s.ats, s.changed_at
FROM item i LEFT JOIN site_stock s ON s.site = $6 AND s.sku = i.sku
WHERE i.sku > $1 AND (CAST($2 AS TEXT) = '' OR LOWER(i.sku) LIKE LOWER($2) OR LOWER(i.name) LIKE LOWER($2))
  AND (CAST($3 AS TEXT) = '' OR COALESCE(s.availability, CAST($5 AS TEXT)) = $3)
ORDER BY i.sku LIMIT $4;

-- name: find_setting
SELECT value FROM inventory_setting WHERE name = $1;
