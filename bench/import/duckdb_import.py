"""The import benchmark's job on DuckDB.

  duckdb_import.py load STORE FEED REQUESTS   makes the store that knows the feed from before
  duckdb_import.py run STORE FEED             prints: restocks_s matches_s checkpoint_s restocks matches

Seconds count from the statement that reads the feed. A commit is synced to the store's log; after the checkpoint all is in the store's file.
"""
import sys
import time

import duckdb

COLUMNS = {
    "product_id": "VARCHAR", "master_id": "VARCHAR", "name": "VARCHAR", "link": "VARCHAR", "sku": "VARCHAR",
    "price": "VARCHAR", "in_stock": "VARCHAR", "ats": "BIGINT", "currency": "VARCHAR", "color": "VARCHAR", "size": "VARCHAR",
}
OTHERS = [name for name in COLUMNS if name != "sku"]


def feed_rows(feed):
    return (f"read_csv('{feed}', delim='|', quote='\"', escape='\"', header=true, auto_detect=false, "
            f"columns={COLUMNS}, null_padding=false)")


def load(store, feed, requests):
    store.execute(f"CREATE TABLE product AS SELECT * FROM {feed_rows(feed)}")
    store.execute(
        "CREATE TABLE request AS SELECT *, 'Requested' AS status FROM "
        f"read_csv('{requests}', delim='|', header=false, auto_detect=false, "
        "columns={'id': 'BIGINT', 'contact': 'BIGINT', 'sku': 'VARCHAR', 'requested_at': 'BIGINT'})")
    store.execute("CREATE SEQUENCE restock_id")
    store.execute("CREATE TABLE restock (id BIGINT DEFAULT nextval('restock_id'), sku VARCHAR, quantity BIGINT, "
                  "opened_at TIMESTAMPTZ DEFAULT now(), closed_at TIMESTAMPTZ)")
    store.execute("CREATE TABLE journey_entry (restock BIGINT, request BIGINT, step INTEGER DEFAULT 0, "
                  "state VARCHAR DEFAULT 'active', entered_at TIMESTAMPTZ DEFAULT now())")
    store.execute("CHECKPOINT")


def run(store, feed):
    # As for the others: what is known may be in memory.
    store.execute("SELECT max(in_stock), max(sku) FROM product").fetchall()
    store.execute("SELECT max(sku) FROM request").fetchall()
    begin = time.perf_counter()
    store.execute("BEGIN")
    differs = " OR ".join(f"f.{name} IS DISTINCT FROM p.{name}" for name in OTHERS)
    store.execute(f"CREATE TEMPORARY TABLE changed AS SELECT f.*, f.in_stock = 'Y' AND p.in_stock = 'N' AS back "
                  f"FROM {feed_rows(feed)} f LEFT JOIN product p USING (sku) WHERE {differs}")
    store.execute(f"UPDATE product SET {', '.join(f'{name} = c.{name}' for name in OTHERS)} "
                  "FROM changed c WHERE c.sku = product.sku")
    store.execute("INSERT INTO product SELECT * EXCLUDE (back) FROM changed c ANTI JOIN product USING (sku)")
    store.execute("INSERT INTO restock (sku, quantity) SELECT sku, ats FROM changed WHERE back")
    store.execute("COMMIT")
    restocks = time.perf_counter()
    store.execute("INSERT INTO journey_entry (restock, request) SELECT b.id, r.id FROM request r "
                  "JOIN restock b USING (sku) WHERE b.closed_at IS NULL AND r.status = 'Requested'")
    matches = time.perf_counter()
    store.execute("CHECKPOINT")
    checkpoint = time.perf_counter()
    counts = [store.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("restock", "journey_entry")]
    print(restocks - begin, matches - begin, checkpoint - begin, *counts)


def main():
    command, file, *rest = sys.argv[1:]
    with duckdb.connect(file) as store:
        # No checkpoint of itself in the middle: the commit syncs the log.
        store.execute("SET checkpoint_threshold = '8GB'")
        store.execute("SET preserve_insertion_order = false")
        {"load": load, "run": run}[command](store, *rest)


main()
