// Step 11: out→in edges open restocks; waiting requests enter in order; nothing is sent for what is sold out.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { Stockbell, until } from "./support/stockbell.ts";

let bell: Stockbell;
before(async () => {
  bell = await Stockbell.start();
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", ["S1", "S2", "S3"].map((sku) => ({ sku, size: sku }))));
  await bell.importFile("inventory", inventoryXml({ S1: 0, S2: 0, S3: 0 }));
  await bell.api("POST", "/feeds/catalog/run");
});
after(() => bell.stop());

test("the longest-waiting is served first, only for the SKU that came back", async () => {
  for (let i = 0; i < 20; ++i) {
    await bell.ask("S1", `line${String(i).padStart(2, "0")}@example.com`);
    await bell.requestOf(`line${String(i).padStart(2, "0")}@example.com`, "Requested");
  }
  await bell.ask("S2", "elsewhere@example.com");
  await bell.setStock("S1", 3);
  const sent = await until("twenty are sent", async () => {
    const rows = await bell.requests("&sku=S1&status=Sent");
    return rows.length === 20 && rows;
  });
  const emailOf = new Map(sent.map((row) => [row.id, row.contact.email]));
  const deliveries = (await bell.api("GET", "/deliveries?limit=100")).items.filter((row: any) => emailOf.has(row.request));
  const order = deliveries.sort((a: any, b: any) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1)).map((row: any) => emailOf.get(row.request));
  assert.equal(order.length, 20);
  assert.deepEqual(order, [...order].sort(), "queued in the order of asking");
  assert.equal((await bell.requestOf("elsewhere@example.com", "Requested")).status, "Requested");
  const restocks = await bell.api("GET", "/restocks");
  const rows = (restocks.items).filter((row: any) => row.sku === "S1");
  assert.equal(rows.length, 1);
  assert.equal(rows[0].quantity, 3);
});

test("a request that arrives when the item is already back is served too", async () => {
  await bell.setStock("S2", 8);
  await bell.requestOf("elsewhere@example.com", "Sent");
  await bell.ask("S2", "late@example.com");
  await bell.requestOf("late@example.com", "Sent");
});

test("stock that flaps rings nobody twice", async () => {
  await bell.ask("S3", "once@example.com");
  await bell.requestOf("once@example.com", "Requested");
  for (let i = 0; i < 10; ++i) await bell.setStock("S3", i % 2);
  await bell.setStock("S3", 2);
  await bell.requestOf("once@example.com", "Sent");
  for (let i = 0; i < 6; ++i) await bell.setStock("S3", i % 2);
  await bell.ask("S3", "marker@example.com");
  await bell.requestOf("marker@example.com", "Sent");
  const mails = (await bell.mailbox()).filter((row: any) => JSON.stringify(row).includes("once@example.com"));
  assert.equal(mails.length, 1);
});

test("an item that is offline does not ring, whatever stock it has", async () => {
  await bell.setStock("S1", 0);
  await bell.ask("S1", "offline@example.com");
  await bell.requestOf("offline@example.com", "Requested");
  const catalog = catalogXml("M1", "Wool Scarf", [{ sku: "S1", size: "S1" }]);
  await bell.importFile("catalog", catalog.replaceAll("<online-flag>true", "<online-flag>false"));
  const restocks = async () => (await bell.api("GET", "/restocks?sku=S1")).items.length;
  const before = await restocks();
  await bell.importFile("catalog", catalogXml("M2", "Cap", [{ sku: "W1" }]));
  await bell.setStock("S1", 5);
  await bell.ask("W1", "witness@example.com");
  await bell.setStock("W1", 5); // stock events keep their order: once this one rang, the one before it was seen
  await bell.requestOf("witness@example.com", "Sent");
  assert.equal(await restocks(), before);
  assert.equal((await bell.requestOf("offline@example.com", ["Requested", "Queued", "Sent"])).status, "Requested");
  await bell.importFile("catalog", catalog);
  await bell.setStock("S1", 6);
  await bell.requestOf("offline@example.com", "Sent");
});
