// Step 5: the back-in-stock record with contact, SKU, site, locale, Requested; its event in the timeline.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { catalogXml } from "./support/catalog.ts";
import { Stockbell, until } from "./support/stockbell.ts";

let bell: Stockbell;
before(async () => {
  bell = await Stockbell.start();
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1" }]));
});
after(() => bell.stop());

test("the record carries contact, SKU, site, locale and status, and survives a kill", async () => {
  await bell.ask("S1", "ada@example.com", { locale: "de-DE", quantity: 2 });
  const before = await bell.requestOf("ada@example.com", "Requested");
  await bell.killAndRestart();
  const request = await bell.requestOf("ada@example.com", "Requested");
  assert.deepEqual(request, before);
  assert.match(request.id, /^a0B[0-9A-Za-z]{15}$/);
  assert.equal(request.sku, "S1");
  assert.equal(request.site, "default");
  assert.equal(request.locale, "de-DE");
  assert.equal(request.quantity, 2);
  const timeline = await bell.api("GET", `/requests/${request.id}/timeline`);
  const events = timeline;
  assert.equal(events[0].status, "Requested");
  assert.ok(events[0].reason.length > 0);
  const text = await bell.cli("requests", "explain", request.id);
  assert.match(text, /Requested/);
  // What is not in the timeline is known to Engagement: asked by the CRM, and on its own machine.
  for (const role of ["crm", "engagement"] as const)
    await until("Engagement tells why it waits", async () =>
      /waits for S1 to be available/.test(await bell.cliOf(role, ["requests", "explain", request.id])));
});

test("a record can be cancelled; then the address may ask again", async () => {
  await bell.ask("S1", "bob@example.com");
  const request = await bell.requestOf("bob@example.com", "Requested");
  await bell.api("POST", `/requests/${request.id}/cancel`);
  await bell.requestOf("bob@example.com", "Cancelled");
  await bell.ask("S1", "bob@example.com");
  const again = await bell.requestOf("bob@example.com", "Requested");
  assert.notEqual(again.id, request.id);
});
