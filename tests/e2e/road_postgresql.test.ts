// The whole product on PostgreSQL: database.url is all that changes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { Postgresql } from "./support/postgresql.ts";
import { type Json, Stockbell, until } from "./support/stockbell.ts";

let postgresql: Postgresql;
let bell: Stockbell;
before(async () => {
  postgresql = await Postgresql.start();
  bell = await Stockbell.start({ STOCKBELL_DATABASE_URL: postgresql.url });
});
after(async () => {
  await bell?.stop();
  postgresql?.stop();
});

test("from the form to Clicked, over a kill", async () => {
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1" }, { sku: "S2", size: "L" }]));
  await bell.importFile("inventory", inventoryXml({ S1: 0, S2: 0 }));
  const answers = await Promise.all(Array.from({ length: 100 }, () => bell.ask("S1", "ada@example.com")));
  assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [202]);
  await bell.requestOf("ada@example.com", "Requested");
  assert.equal((await bell.requests("&email=ada@example.com")).length, 1);
  await bell.api("POST", "/feeds/catalog/run");
  await until("the feed is imported", async () => (await bell.api("GET", "/feed-imports")).items[0]?.state === "completed");
  await bell.killAndRestart();
  await bell.importFile("inventory", inventoryXml({ S1: 6 }));
  await bell.requestOf("ada@example.com", "Sent");
  const [mail] = await bell.mailbox();
  const { html } = await bell.api("GET", `/mailbox/${mail.id}`);
  const link = html.match(new RegExp(`${bell.url}(/c/[A-Za-z0-9_.-]+)`))[1];
  assert.equal((await bell.call("GET", link)).status, 302);
  const clicked = await bell.requestOf("ada@example.com", "Clicked");
  const states = (await bell.api("GET", `/requests/${clicked.id}/timeline`)).map((event: Json) => event.status);
  assert.deepEqual(states.slice(0, 3), ["Requested", "Queued", "Sent"]);
  assert.equal((await bell.mailbox()).length, 1);
});
