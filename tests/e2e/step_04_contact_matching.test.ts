// Step 4: the contact is found by its normalised address or created, atomically.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { catalogXml } from "./support/catalog.ts";
import { Stockbell, until } from "./support/stockbell.ts";

let bell: Stockbell;
before(async () => {
  bell = await Stockbell.start();
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1" }, { sku: "S2" }]));
});
after(() => bell.stop());

test("a hundred simultaneous posts of one new address make one contact and one open record", async () => {
  const answers = await Promise.all(Array.from({ length: 100 }, () => bell.ask("S1", "crowd@example.com")));
  assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [202]);
  await bell.requestOf("crowd@example.com", "Requested");
  assert.equal((await bell.ask("S2", "marker@example.com")).status, 202);
  await bell.requestOf("marker@example.com", "Requested"); // everything before it has passed the outbox
  const rows = await bell.requests("&email=crowd@example.com");
  assert.equal(rows.length, 1);
});

test("another spelling of the same mailbox finds the same contact; no name means Unknown until one is given", async () => {
  await bell.ask("S1", "Grace@Example.COM");
  const first = await bell.requestOf("grace@example.com", "Requested");
  await bell.ask("S2", "grace@example.com", { first_name: "Grace", last_name: "Hopper" });
  const rows = await until("both requests are there", async () => {
    const found = await bell.requests("&email=grace@example.com");
    return found.length === 2 && found;
  });
  assert.deepEqual([...new Set(rows.map((row) => row.contact.id))], [first.contact.id]);
  assert.match(first.contact.id, /^003[0-9A-Za-z]{15}$/);
  assert.equal(first.contact.last_name, "Unknown");
  assert.deepEqual([...new Set(rows.map((row) => `${row.contact.first_name} ${row.contact.last_name}`))], ["Grace Hopper"]);
  await bell.ask("S2", "grace@example.com", { first_name: "Augusta", last_name: "King" });
  await bell.ask("S2", "next@example.com");
  await bell.requestOf("next@example.com", "Requested");  // the one before it has passed the outbox
  const [after] = await bell.requests("&email=grace@example.com");
  assert.equal(after.contact.last_name, "Hopper", "what is known is not overwritten");
});
