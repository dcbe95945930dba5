// Step 11 with an allocation: as many are invited as the units suffice for, longest-waiting first, and a kill changes nothing.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { Stockbell, until } from "./support/stockbell.ts";

let bell: Stockbell;
const person = (n: number) => `line${String(n).padStart(2, "0")}@example.com`;
const people = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => person(first + i));

before(async () => {
  bell = await Stockbell.start({ STOCKBELL_ENGAGEMENT_ALLOCATION: "units", STOCKBELL_ENGAGEMENT_ALLOCATION_FACTOR: "1.5" });
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1", size: "S1" }]));
  await bell.importFile("inventory", inventoryXml({ S1: 0 }));
  await bell.api("POST", "/feeds/catalog/run");
  for (let n = 0; n < 20; ++n) {
    await bell.ask("S1", person(n));
    await bell.requestOf(person(n), "Requested");
  }
});
after(() => bell.stop());

async function waves(): Promise<any[]> {
  const rows = (await bell.api("GET", "/restocks?sku=S1")).items;
  return rows.length === 1 ? rows[0].waves : [];
}

// Who has been written to, once it is as many as expected.
async function invited(count: number): Promise<string[]> {
  const rows = await until(`${count} are sent`, async () => {
    const sent = await bell.requests("&sku=S1&status=Sent");
    return sent.length >= count && sent;
  });
  return rows.map((row) => row.contact.email).sort();
}

test("two units times one and a half are three invitations, whatever is killed", async () => {
  await bell.setStock("S1", 2);
  await bell.killAndRestart();
  assert.deepEqual(await invited(3), people(0, 2));
  await bell.killAndRestart();
  const [first, ...others] = await waves();
  assert.deepEqual(others, []);
  assert.deepEqual({ ...first, decided_at: "" }, {
    number: 1, decided_at: "", rule: "units", units: 2, factor: 1.5, open_units: 0, invited: 3, invited_units: 3, interval: null, classes: [],
  });
});

test("more units are for the next in line, and the rest keep waiting", async () => {
  await bell.setStock("S1", 4);
  assert.deepEqual(await invited(6), people(0, 5));
  assert.deepEqual((await waves()).map((wave) => [wave.number, wave.open_units, wave.invited]), [[1, 0, 3], [2, 3, 3]]);
  assert.equal((await bell.requestOf(person(6), "Requested")).status, "Requested");
  assert.equal((await bell.requests("&sku=S1&status=Requested")).length, 14);
});

test("a bought item makes room for the next in line", async () => {
  await bell.api("POST", "/purchases", { email: person(2), sku: "S1", order_id: "O1" });
  await bell.requestOf(person(2), "Purchased");
  await bell.requestOf(person(6), "Sent");
  assert.equal((await bell.requestOf(person(7), "Requested")).status, "Requested");
});
