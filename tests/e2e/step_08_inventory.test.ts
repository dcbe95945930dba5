// Step 8: inventory arrives three ways, with the arithmetic of the reference and the flaws of real files.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { Stockbell } from "./support/stockbell.ts";

let bell: Stockbell;
const skus = ["A1", "A2", "A3", "A4", "A5"];
before(async () => {
  bell = await Stockbell.start();
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", skus.map((sku) => ({ sku, size: sku }))));
});
after(() => bell.stop());

async function stockOf(...asked: string[]): Promise<Record<string, [string, number]>> {
  const answer = await bell.call("GET", `/api/v1/availability?${asked.map((sku) => `sku=${sku}`).join("&")}`);
  assert.equal(answer.status, 200);
  return Object.fromEntries(answer.json.items.map((item: any) => [item.sku, [item.availability, item.quantity]]));
}

test("inventory XML: allocation, turnover, on-order, pre-order, back-order, perpetual", async () => {
  const record = (sku: string, inside: string) => `<record product-id="${sku}">${inside}</record>`;
  const done = await bell.importFile("inventory", `<?xml version="1.0" encoding="UTF-8"?>
<inventory xmlns="http://www.demandware.com/xml/impex/inventory/2007-05-31"><inventory-list>
<header list-id="i"><default-instock>false</default-instock></header><records>
${record("A1", "<allocation>10</allocation>")}
${record("A2", "<allocation>0</allocation>")}
${record("A3", "<allocation>0</allocation><preorder-backorder-handling>preorder</preorder-backorder-handling><preorder-backorder-allocation>5</preorder-backorder-allocation>")}
${record("A4", "<allocation>0</allocation><preorder-backorder-handling>backorder</preorder-backorder-handling><preorder-backorder-allocation>5</preorder-backorder-allocation>")}
${record("A5", "<perpetual>true</perpetual>")}
</records></inventory-list></inventory>`);
  assert.equal(done.rows_refused, 0, JSON.stringify(done));
  const stock = await stockOf(...skus);
  assert.deepEqual(stock.A1, ["in_stock", 10]);
  assert.deepEqual(stock.A2, ["out_of_stock", 0]);
  assert.equal(stock.A3[0], "preorder");
  assert.equal(stock.A4[0], "backorder");
  assert.equal(stock.A5[0], "in_stock");
});

test("flawed files are read: BOM, CRLF, no header, turn-over, blanks, unknown elements, a row twice; bad rows are named", async () => {
  const flawed = `\uFEFF<?xml version="1.0" encoding="UTF-8"?>\r
<inventory xmlns="http://www.demandware.com/xml/impex/inventory/2007-05-31">\r
<inventory-list><records>\r
<record product-id="A1"><allocation> 7 </allocation><turn-over>0</turn-over><warehouse-note>x</warehouse-note></record>\r
<record product-id="A2"><allocation>4</allocation></record>\r
<record product-id="A2"><allocation>6</allocation></record>\r
<record product-id="A3"><allocation>many</allocation></record>\r
</records></inventory-list></inventory>`;
  const done = await bell.importFile("inventory", flawed);
  assert.equal(done.rows_read, 4);
  assert.equal(done.rows_refused, 1);
  assert.equal(done.errors[0].line, 7);
  assert.match(done.errors[0].reason, /allocation/);
  const stock = await stockOf("A1", "A2");
  assert.deepEqual(stock, { A1: ["in_stock", 7], A2: ["in_stock", 6] });
});

test("a DTD is refused, and a file that breaks off says where", async () => {
  const dtd = await bell.importFile("inventory", `<!DOCTYPE x [<!ENTITY a "b">]>${inventoryXml({ A1: 1 }).slice(38)}`);
  assert.equal(dtd.state, "failed");
  const broken = await bell.importFile("inventory", inventoryXml({ A1: 1 }).slice(0, -30));
  assert.equal(broken.state, "failed");
  assert.match(JSON.stringify(broken), /line/);
});

test("PUT sets one SKU, and refuses what is no quantity", async () => {
  await bell.setStock("A4", 12);
  assert.deepEqual((await stockOf("A4")).A4, ["in_stock", 12]);
  for (const body of [{ quantity: -1 }, { quantity: "many" }, {}, { quantity: 1.5 }, []]) {
    const answer = await bell.call("PUT", "/api/v1/inventory/A4", body, { Authorization: `Bearer ${bell.key}` });
    assert.ok([400, 422].includes(answer.status), JSON.stringify(body) + answer.text);
  }
  assert.equal((await bell.call("PUT", "/api/v1/inventory/A4", { quantity: 3 })).status, 401);
  assert.deepEqual((await stockOf("A4")).A4, ["in_stock", 12]);
});

test("NDJSON is streamed", async () => {
  const answer = await bell.api("POST", "/inventory", '{"sku":"A1","quantity":1}\n{"sku":"A2","quantity":2}\n',
    { "Content-Type": "application/x-ndjson" });
  assert.ok(answer);
  assert.deepEqual(await stockOf("A1", "A2"), { A1: ["in_stock", 1], A2: ["in_stock", 2] });
});

test("stockbell import inventory FILE, also compressed", async () => {
  const file = path.join(bell.directory, "stock.xml.gz");
  writeFileSync(file, gzipSync(inventoryXml({ A1: 41, A2: 42 })));
  await bell.cli("import", "inventory", file);
  assert.deepEqual(await stockOf("A1", "A2"), { A1: ["in_stock", 41], A2: ["in_stock", 42] });
  await assert.rejects(bell.cli("import", "inventory", "/no/such/file"), /no\/such\/file/);
});

test("stock survives a kill right after it was acknowledged", async () => {
  await bell.setStock("A3", 33);
  await bell.killAndRestart();
  assert.deepEqual((await stockOf("A3")).A3, ["in_stock", 33]);
});
