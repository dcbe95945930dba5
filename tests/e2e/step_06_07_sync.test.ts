// Steps 6 and 7: Connect moves the CRM's changes in commit order; the synchronised extensions follow within 100 ms.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { catalogXml } from "./support/catalog.ts";
import { type Json, Stockbell, until } from "./support/stockbell.ts";
import { split } from "./support/topology.ts";

let bell: Stockbell;
before(async () => {
  bell = await Stockbell.start();
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1" }]));
});
after(() => bell.stop());

const synced = async (id: string): Promise<Json> =>
  (await bell.api("GET", `/data-extensions/Back_In_Stock__c_Salesforce/rows?id=${id}`)).items[0];

test("a new record and its contact appear in the synchronised extensions", async () => {
  await bell.ask("S1", "ada@example.com", { first_name: "Ada", locale: "fr-FR" });
  const request = await bell.requestOf("ada@example.com", "Requested");
  const row = await until("the row is there", () => synced(request.id));
  assert.equal(row.sku, "S1");
  assert.equal(row.locale, "fr-FR");
  assert.equal(row.status, "Requested");
  assert.equal(row.contact_id, request.contact.id);
  const contacts = await bell.api("GET", `/data-extensions/Contact_Salesforce/rows?id=${request.contact.id}`);
  assert.equal(contacts.items[0].first_name, "Ada");
});

test("the extension follows within 100 ms of the form, through CRM and Connect (median of 20)",
  { skip: split && "apart, Connect polls" }, async () => {
  const lags: number[] = [];
  for (let i = 0; i < 20; ++i) {
    await bell.ask("S1", `lag${i}@example.com`);
    const request = await bell.requestOf(`lag${i}@example.com`, "Requested");
    const row = await until("the row is there", () => synced(request.id));
    lags.push(Date.parse(row.synchronized_at) - Date.parse(row.requested_at));
  }
  lags.sort((a, b) => a - b);
  assert.ok(lags[10] <= 100, `lags in ms: ${lags}`);
});

test("a cancellation follows too, and nothing is lost over a kill", async () => {
  const request = await bell.requestOf("ada@example.com", "Requested");
  await bell.api("POST", `/requests/${request.id}/cancel`);
  await bell.down("SIGKILL");
  await bell.up();
  await until("the extension says Cancelled", async () => (await synced(request.id)).status === "Cancelled");
});
