-- name: derive_offline
SELECT p.id, s.value
FROM product p CROSS JOIN json_each($2) s
  LEFT JOIN product_site o ON o.product_id = p.id AND o.site = s.value
  LEFT JOIN variation v ON v.sku = p.id LEFT JOIN product m ON m.id = v.master_id
  LEFT JOIN product_site mo ON mo.product_id = m.id AND mo.site = s.value
WHERE p.id IN (SELECT value FROM json_each($1)) AND p.is_master = 0 AND NOT (
  COALESCE(o.online, p.online) = 1 AND COALESCE(o.online_from, p.online_from, 0) <= $3
  AND COALESCE(o.online_to, p.online_to, 9000000000000000) > $3
  AND COALESCE(mo.online, m.online, 1) = 1 AND COALESCE(mo.online_from, m.online_from, 0) <= $3
  AND COALESCE(mo.online_to, m.online_to, 9000000000000000) > $3)
UNION ALL SELECT r.id, s.value FROM removed_product r CROSS JOIN json_each($2) s
WHERE r.id IN (SELECT value FROM json_each($1));

-- name: derive_offline dialect: postgresql
SELECT p.id, s.value
FROM product p CROSS JOIN json_array_elements_text(CAST($2 AS json)) AS s(value)
  LEFT JOIN product_site o ON o.product_id = p.id AND o.site = s.value
  LEFT JOIN variation v ON v.sku = p.id LEFT JOIN product m ON m.id = v.master_id
  LEFT JOIN product_site mo ON mo.product_id = m.id AND mo.site = s.value
WHERE p.id IN (SELECT json_array_elements_text(CAST($1 AS json))) AND p.is_master = 0 AND NOT (
  COALESCE(o.online, p.online) = 1 AND COALESCE(o.online_from, p.online_from, 0) <= $3
  AND COALESCE(o.online_to, p.online_to, 9000000000000000) > $3
  AND COALESCE(mo.online, m.online, 1) = 1 AND COALESCE(mo.online_from, m.online_from, 0) <= $3
  AND COALESCE(mo.online_to, m.online_to, 9000000000000000) > $3)
UNION ALL SELECT r.id, s.value FROM removed_product r CROSS JOIN json_array_elements_text(CAST($2 AS json)) AS s(value)
WHERE r.id IN (SELECT json_array_elements_text(CAST($1 AS json)));

-- name: list_offline
SELECT sku, site FROM item_offline WHERE sku IN (SELECT value FROM json_each($1));

-- name: list_offline dialect: postgresql
SELECT sku, site FROM item_offline WHERE sku IN (SELECT json_array_elements_text(CAST($1 AS json)));

-- name: insert_offline
INSERT INTO item_offline (sku, site) VALUES ($1, $2) ON CONFLICT (sku, site) DO NOTHING;

-- name: delete_offline
DELETE FROM item_offline WHERE sku = $1 AND site = $2;

-- name: is_offline
SELECT 1 FROM item_offline WHERE sku = $1 AND site = $2;

-- name: items_under
SELECT sku FROM variation WHERE master_id IN (SELECT value FROM json_each($1))
UNION SELECT value FROM json_each($1);

-- name: items_under dialect: postgresql
SELECT sku FROM variation WHERE master_id IN (SELECT json_array_elements_text(CAST($1 AS json)))
UNION SELECT json_array_elements_text(CAST($1 AS json));

-- name: insert_boundaries
INSERT INTO online_boundary (at, product_id)
SELECT b.at, b.id FROM (
  SELECT online_from AS at, id FROM product WHERE id IN (SELECT value FROM json_each($1))
  UNION SELECT online_to, id FROM product WHERE id IN (SELECT value FROM json_each($1))
  UNION SELECT online_from, product_id FROM product_site WHERE product_id IN (SELECT value FROM json_each($1))
  UNION SELECT online_to, product_id FROM product_site WHERE product_id IN (SELECT value FROM json_each($1))) b
WHERE b.at > $2 ON CONFLICT (at, product_id) DO NOTHING;

-- name: insert_boundaries dialect: postgresql
INSERT INTO online_boundary (at, product_id)
SELECT b.at, b.id FROM (
  SELECT online_from AS at, id FROM product WHERE id IN (SELECT json_array_elements_text(CAST($1 AS json)))
  UNION SELECT online_to, id FROM product WHERE id IN (SELECT json_array_elements_text(CAST($1 AS json)))
  UNION SELECT online_from, product_id FROM product_site WHERE product_id IN (SELECT json_array_elements_text(CAST($1 AS json)))
  UNION SELECT online_to, product_id FROM product_site WHERE product_id IN (SELECT json_array_elements_text(CAST($1 AS json)))) b
WHERE b.at > $2 ON CONFLICT (at, product_id) DO NOTHING;

-- name: passed_boundaries
SELECT at, product_id FROM online_boundary WHERE at <= $1 ORDER BY at, product_id LIMIT $2;

-- name: delete_boundary
DELETE FROM online_boundary WHERE at = $1 AND product_id = $2;

-- name: next_boundary
SELECT MIN(at) FROM online_boundary;

-- name: find_setting
SELECT value FROM catalog_setting WHERE name = $1;

-- name: put_setting
INSERT INTO catalog_setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: products_after
SELECT id FROM (SELECT id FROM product UNION SELECT id FROM removed_product) every WHERE id > $1 ORDER BY id LIMIT $2;
