// Which items that are back ring, and when: held through a kill, opened by itself; and stock that flaps rings each person once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { type Json, Stockbell, until } from "./support/stockbell.ts";

const skus = ["FEW", "STAY", "COOL", "FLAP", "FLAPCOOL"];
let bell: Stockbell;

before(async () => {
  bell = await Stockbell.start({
    STOCKBELL_ENGAGEMENT_RESTOCK_RULES: JSON.stringify([
      { skus: ["FEW"], minimum_quantity: 5 }, { skus: ["STAY"], hold_seconds: 4 },
      { skus: ["COOL"], cool_down_seconds: 6 }, { skus: ["FLAPCOOL"], cool_down_seconds: 2 },
    ]),
  });
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", skus.map((sku) => ({ sku, size: sku }))));
  await bell.importFile("inventory", inventoryXml(Object.fromEntries(skus.map((sku) => [sku, 0]))));
  await bell.api("POST", "/feeds/catalog/run");
});
after(() => bell.stop());

async function ask(sku: string, ...people: string[]): Promise<void> {
  for (const who of people) assert.equal((await bell.ask(sku, `${who}@example.com`)).status, 202);
  for (const who of people) await bell.requestOf(`${who}@example.com`, "Requested");
}

const held = (sku: string): Promise<Json> =>
  until(`a rule holds ${sku}`, async () => (await bell.api("GET", `/restocks/held?sku=${sku}`)).items[0]);

test("with fewer units than the rule wants nobody hears of it, also who asks meanwhile; enough ring by themselves", async () => {
  await ask("FEW", "few1");
  await bell.setStock("FEW", 2);
  assert.equal((await held("FEW")).reason, "back with 2 units, the rule wants 5");
  await ask("FEW", "few2");
  await bell.killAndRestart();
  assert.equal((await bell.requestOf("few2@example.com", ["Requested", "Queued", "Sent"])).status, "Requested");
  assert.equal((await bell.api("GET", "/restocks?sku=FEW")).items.length, 0);
  await bell.setStock("FEW", 6);
  for (const who of ["few1", "few2"]) await bell.requestOf(`${who}@example.com`, "Sent");
  const [ended] = (await bell.api("GET", "/restocks/held?sku=FEW&ended=yes")).items;
  assert.deepEqual([ended.rule, ended.outcome], ["minimum_quantity", "opened"]);
});

test("what must stay rings when its time is over, though the process died in between", async () => {
  await ask("STAY", "stay");
  await bell.setStock("STAY", 3);
  const until_ = Date.parse((await held("STAY")).held_until);
  await bell.killAndRestart();
  const sent = await bell.requestOf("stay@example.com", "Sent");
  assert.ok(Date.parse(sent.queued_at!) >= until_, `${sent.queued_at} is before the end of the hold`);
});

test("after a restock the next one waits for the cool-down, and rings by itself", async () => {
  await ask("COOL", "cool1");
  await bell.setStock("COOL", 1);
  await bell.requestOf("cool1@example.com", "Sent");
  await bell.setStock("COOL", 0);
  await until("the restock is closed", async () => (await bell.api("GET", "/restocks?sku=COOL")).items[0].closed_at);
  await ask("COOL", "cool2");
  await bell.setStock("COOL", 1);
  const [first] = (await bell.api("GET", "/restocks?sku=COOL")).items;
  const sent = await bell.requestOf("cool2@example.com", "Sent");
  assert.ok(Date.parse(sent.queued_at!) - Date.parse(first.opened_at) >= 6000);
  const rows = (await bell.api("GET", "/restocks?sku=COOL")).items;
  assert.equal(rows.length, 2);
});

test("stock that flaps twenty times in ten seconds rings each person once", async () => {
  const people = (sku: string) => [1, 2, 3].map((n) => `${sku.toLowerCase()}${n}`);
  for (const sku of ["FLAP", "FLAPCOOL"]) await ask(sku, ...people(sku));
  for (let i = 0; i < 40; ++i) {
    const turn = Date.now();
    for (const sku of ["FLAP", "FLAPCOOL"]) await bell.setStock(sku, (i + 1) % 2);
    await new Promise((later) => setTimeout(later, Math.max(0, 250 - (Date.now() - turn))));  // the pace is what is tested
  }
  for (const sku of ["FLAP", "FLAPCOOL"]) await bell.setStock(sku, 1);
  const all = ["FLAP", "FLAPCOOL"].flatMap(people);
  for (const who of all) await bell.requestOf(`${who}@example.com`, "Sent");
  const mails = await bell.mailbox();
  for (const who of all) assert.equal(mails.filter((one) => one.recipient === `${who}@example.com`).length, 1, who);
});
