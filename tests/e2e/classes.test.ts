// Classes of requests from the CRM's field to the wave: given over Salesforce's API, carried by Connect, counted when an item is back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { Stockbell, until } from "./support/stockbell.ts";

let bell: Stockbell;
let token: string;
const person = (n: number) => `class${String(n).padStart(2, "0")}@example.com`;
const persons = (...numbers: number[]) => numbers.map(person);

before(async () => {
  bell = await Stockbell.start({
    STOCKBELL_ENGAGEMENT_ALLOCATION: "units",
    STOCKBELL_ENGAGEMENT_CLASSES: JSON.stringify([{ name: "vip", share_percent: 30 }]),
    STOCKBELL_CRM_CLASS_FIELD: "Contact.Tier__c",
    STOCKBELL_CRM_CUSTOM_FIELDS: JSON.stringify([{ object: "Contact", name: "Tier__c", type: "picklist", values: ["VIP", "Basic"] }]),
    STOCKBELL_CRM_POLL_SECONDS: "1",
  });
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1", size: "S1" }]));
  await bell.importFile("inventory", inventoryXml({ S1: 0 }));
  await bell.api("POST", "/feeds/catalog/run");
  for (let n = 0; n < 15; ++n) {
    await bell.ask("S1", person(n));
    await bell.requestOf(person(n), "Requested");
  }
  const secret = (await bell.cliOf("crm", ["keys", "create", "--role", "admin", "--name", "desk"])).trim();
  const answer = await bell.call("POST", "/services/oauth2/token", new URLSearchParams({ grant_type: "client_credentials", client_id: "desk", client_secret: secret }).toString(), { "Content-Type": "application/x-www-form-urlencoded" });
  token = answer.json.access_token;
  assert.ok(token, answer.text);
});
after(() => bell.stop());

async function classify(n: number, tier: string | null): Promise<void> {
  const { contact } = await bell.requestOf(person(n), "Requested");
  const answer = await bell.call("PATCH", `/services/data/v59.0/sobjects/Contact/${contact.id}`, { Tier__c: tier }, { Authorization: `Bearer ${token}` });
  assert.equal(answer.status, 204, answer.text);
  await until("Engagement has heard of it", async () => {
    const rows = (await bell.api("GET", `/data-extensions/Contact_Salesforce/rows?id=${contact.id}`)).items;
    return rows.length === 1 && rows[0].class === (tier ?? "").toLowerCase();
  });
}

async function sent(count: number): Promise<string[]> {
  const rows = await until(`${count} are sent`, async () => {
    const all = await bell.requests("&sku=S1&status=Sent");
    return all.length >= count && all;
  });
  return rows.map((row) => row.contact.email).sort();
}

test("of ten places three are for VIPs who asked last, the rest for who waits longest", async () => {
  for (const n of [10, 11, 12, 13, 14]) await classify(n, "VIP");
  await classify(10, null);
  await bell.setStock("S1", 10);
  assert.deepEqual(await sent(10), persons(0, 1, 2, 3, 4, 5, 6, 11, 12, 13));
  const [restock] = (await bell.api("GET", "/restocks?sku=S1")).items;
  assert.deepEqual(restock.waves[0].classes, [{ name: "vip", share_percent: 30, invited: 3 }, { name: "standard", share_percent: 0, invited: 7 }]);
  const request = await bell.requestOf(person(11), "Sent");
  const events = await bell.api("GET", `/requests/${request.id}/timeline`);
  const timeline: any[] = Array.isArray(events) ? events : events.items;
  assert.ok(timeline.some((event: any) => /invited 3 vip, 7 standard/.test(event.reason)), JSON.stringify(timeline));
});

test("a share is an upper bound for nobody: what no VIP takes goes to the others", async () => {
  await bell.setStock("S1", 15);
  assert.equal((await sent(15)).length, 15);
});
