// Live stock: from the shop's call to the waiting shopper's way into the journey.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { Stockbell, until } from "./support/stockbell.ts";

const skus = Array.from({ length: 11 }, (_, i) => `L${i}`);
let bell: Stockbell;
before(async () => {
  bell = await Stockbell.start();
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", skus.map((sku) => ({ sku, size: sku }))));
  await bell.importFile("inventory", inventoryXml(Object.fromEntries(skus.map((sku) => [sku, 0]))));
  await bell.api("POST", "/feeds/catalog/run");
});
after(() => bell.stop());

test("a live change reaches the journey of who waits within a second", async (context) => {
  for (const sku of skus) await bell.ask(sku, `${sku.toLowerCase()}@example.com`);
  for (const sku of skus) await bell.requestOf(`${sku.toLowerCase()}@example.com`, "Requested");
  await until("the requests are synchronised", async () => {
    const rows = await Promise.all(skus.map((sku) => bell.requests(`&sku=${sku}`)));
    return rows.every((found) => found.length === 1);
  });
  const waits: number[] = [];
  for (const sku of skus) {
    const from = Date.now();
    await bell.setStock(sku, 5);
    const row = await bell.requestOf(`${sku.toLowerCase()}@example.com`, "Sent");
    waits.push(Date.parse(row.queued_at) - from);
  }
  waits.sort((a, b) => a - b);
  context.diagnostic(`PUT to journey entry: median ${waits[5]} ms, slowest ${waits[10]} ms`);
  assert.ok(waits[5] < 1000, `median ${waits[5]} ms`);
});
