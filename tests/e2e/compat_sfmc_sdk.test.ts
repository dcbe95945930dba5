// sfmc-sdk, unmodified, works with data extensions as it does with Marketing Cloud.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import SDK from "sfmc-sdk";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { authUrl, field, marketingCloud, refusal } from "./support/marketing_cloud.ts";
import { type Json, Stockbell, until } from "./support/stockbell.ts";

let bell: Stockbell;
let sdk: SDK;
let reader: SDK;

const rowsOf = (key: string, query = "") => sdk.rest.get(`/data/v1/customobjectdata/key/${key}/rowset${query}`);

before(async () => {
  bell = await Stockbell.start();
  sdk = await marketingCloud(bell, "admin", "journeys", { requestAttempts: 2 });
  reader = await marketingCloud(bell, "readonly", "reports");
  await sdk.rest.post("/data/v1/customObjects", {
    name: "Queued requests", key: "Queued", categoryId: 5, isSendable: false,
    fields: [
      field("RequestId", "Text", { length: 18, isPrimaryKey: true }), field("EmailAddress", "EmailAddress"),
      field("Units", "Number", { defaultValue: "1" }), field("Price", "Decimal", { length: 9, scale: 2 }),
      field("Since", "Date"), field("Vip", "Boolean"), field("Locale", "Locale"), field("Phone", "Phone"),
    ],
  });
});
after(() => bell.stop());

test("the token: by the client's name and key, and by nothing else", async () => {
  const session = (await sdk.auth.getAccessToken()) as Json;
  assert.equal(session.token_type, "Bearer");
  assert.deepEqual([session.rest_instance_url, session.soap_instance_url], [`${bell.url}/`, `${bell.url}/`]);
  const stranger = new SDK({ client_id: "journeys", client_secret: "wrong", account_id: 1, auth_url: authUrl(bell) });
  const [status, message] = await refusal(stranger.rest.get("/data/v1/customObjects"));
  assert.equal(status, 400);
  assert.match(message, /invalid client/);
  (sdk.auth as Json).authObject.access_token = "stale!token";
  assert.ok((await sdk.rest.get("/data/v1/customObjects?$search=Queued")).count >= 1, "it signs in again by itself");
});

test("a definition: made, found, read, refused", async () => {
  const found = await sdk.rest.get("/data/v1/customObjects?$search=queued");
  assert.equal(found.count, 1);
  const { fields } = await sdk.rest.get(`/data/v1/customObjects/${found.items[0].id}/fields`);
  assert.deepEqual(fields.map((one: Json) => [one.name, one.type, one.isPrimaryKey, one.length]).slice(0, 4),
    [["RequestId", "Text", true, 18], ["EmailAddress", "EmailAddress", false, 254], ["Units", "Number", false, undefined], ["Price", "Decimal", false, 9]]);
  const all = (await sdk.rest.getBulk("/data/v1/customObjects", 2)).items.map((one: Json) => one.key);
  assert.deepEqual(all.sort(), ["Back_In_Stock__c_Salesforce", "Catalog_Feed", "Contact_Salesforce", "Queued"]);
  assert.equal((await refusal(sdk.rest.post("/data/v1/customObjects", { name: "Queued requests", key: "Other", fields: [field("A", "Text")] })))[0], 409);
  const [status, message] = await refusal(sdk.rest.post("/data/v1/customObjects", { name: "Wrong", key: "Wrong", fields: [field("A", "Blob")] }));
  assert.equal(status, 400);
  assert.match(message, /Text, Number, Date/);
  assert.equal((await refusal(reader.rest.post("/data/v1/customObjects", { name: "X", fields: [field("A", "Text")] })))[0], 403);
  const passing = await sdk.rest.post("/data/v1/customObjects", { name: "Passing", fields: [field("A", "Text")] });
  assert.match(passing.key, /^[\da-f]{8}-[\da-f]{4}-4/);
  await sdk.rest.delete(`/data/v1/customObjects/${passing.id}`);
  assert.equal((await refusal(sdk.rest.get(`/data/v1/customObjects/${passing.id}`)))[0], 404);
});

test("rows: upserted, read by page and filter, changed one by one", async () => {
  const rows = Array.from({ length: 120 }, (_, i) => ({
    keys: { RequestId: `R${i}` }, values: { EmailAddress: `p${i}@rows.example`, Price: i + 0.5, Since: "2026-01-31", Vip: i % 2 === 0, Locale: "en-GB" } }));
  assert.deepEqual(await sdk.rest.post("/hub/v1/dataevents/key:Queued/rowset", rows), rows);
  await sdk.rest.post("/hub/v1/dataevents/key:Queued/rowset", rows.slice(0, 3));  // safe to repeat
  const first = await rowsOf("Queued", "?$pageSize=2");
  assert.deepEqual([first.count, first.page, first.pageSize, first.customObjectKey], [120, 1, 2, "Queued"]);
  assert.deepEqual(first.items[0], { keys: { requestid: "R0" }, values: {
    emailaddress: "p0@rows.example", units: "1", price: "0.50", since: "2026-01-31T00:00:00.000Z", vip: "true", locale: "en-GB", phone: null } });
  assert.ok(first.links.next.includes("$page=2"));
  const all = await sdk.rest.getBulk("/data/v1/customobjectdata/key/Queued/rowset");
  assert.equal(new Set(all.items.map((row: Json) => row.keys.requestid)).size, 120);
  const some = await reader.rest.get("/data/v1/customobjectdata/key/Queued/rowset?$filter=Price gt 100 and Vip eq true&$orderBy=Price desc");
  assert.deepEqual(some.items.map((row: Json) => row.keys.requestid), ["R118", "R116", "R114", "R112", "R110", "R108", "R106", "R104", "R102", "R100"]);

  const one = await sdk.rest.put("/hub/v1/dataevents/key:Queued/rows/RequestId:R7", { values: { Phone: "+49 30 1", Units: 4 } });
  assert.deepEqual(one, { keys: { RequestId: "R7" }, values: { Phone: "+49 30 1", Units: "4" } });
  const counted = await sdk.rest.put("/hub/v1/dataevents/key:Queued/rows/RequestId:R7/column/Units/increment?step=3", {});
  assert.equal(counted.values.Units, "7");
  const [seen] = (await rowsOf("Queued", "?$filter=RequestId eq 'R7'")).items;
  assert.deepEqual([seen.values.units, seen.values.phone, seen.values.price], ["7", "+49 30 1", "7.50"]);
});

test("rows that do not fit change nothing", async () => {
  const upsert = (key: string, rows: Json[]) => refusal(sdk.rest.post(`/hub/v1/dataevents/key:${key}/rowset`, rows));
  const fits = { keys: { RequestId: "new" }, values: {} };
  for (const [values, message] of [
    [{ Units: "many" }, /row 2: .*Units takes a whole number/], [{ EmailAddress: "nobody" }, /row 2: .*EmailAddress takes an e-mail address/],
    [{ Price: 1.234 }, /row 2: .*Price takes a number/], [{ Since: "soon" }, /row 2: .*Since takes a date/], [{ Surname: "x" }, /row 2: .*no column Surname/],
  ] as [Json, RegExp][]) {
    const [status, told] = await upsert("Queued", [fits, { keys: { RequestId: "bad" }, values }]);
    assert.equal(status, 400);
    assert.match(told, message);
  }
  assert.match((await upsert("Queued", [{ keys: {}, values: { Units: 1 } }]))[1], /key's column RequestId has no value/);
  assert.equal((await rowsOf("Queued", "?$filter=RequestId eq 'new'")).count, 0);
  assert.equal((await upsert("Nothing", [fits]))[0], 404);
  assert.equal((await refusal(rowsOf("Nothing")))[0], 404);
  assert.equal((await refusal(rowsOf("Queued", "?$filter=Units eq 1 or 1 eq 1; drop")))[0], 400);
  assert.equal((await refusal(rowsOf("Queued", "?$pageSize=2501")))[0], 400);
  assert.deepEqual(await refusal(reader.rest.post("/hub/v1/dataevents/key:Queued/rowset", [fits])), [403, "Insufficient privileges to complete this action."]);
});

test("rows written behind: a status, and a result for each", async () => {
  const { requestId } = await sdk.rest.put("/data/v1/async/dataextensions/key:Queued/rows", { items: [
    { RequestId: "A1", Units: 2 }, { RequestId: "A2", Units: "two" }, { RequestId: "A3", EmailAddress: "a3@async.example" }] });
  const { status } = await until("the rows are written", async () => {
    const seen = await sdk.rest.get(`/data/v1/async/${requestId}/status`);
    return seen.status.requestStatus === "Complete" && seen;
  });
  assert.deepEqual([status.resultStatus, status.hasErrors, status.requestId], ["Has Errors", true, requestId]);
  const results = await sdk.rest.get(`/data/v1/async/${requestId}/results`);
  assert.deepEqual(results.items.map((item: Json) => [item.status, item.errorCode]), [["OK", 0], ["Error", 2], ["OK", 0]]);
  assert.match(results.items[1].message, /Units takes a whole number/);
  assert.equal((await rowsOf("Queued", "?$filter=RequestId like 'A%25'")).count, 2);
  const inserted = await sdk.rest.post("/data/v1/async/dataextensions/key:Queued/rows", { items: [{ RequestId: "A1" }] });
  await until("the insert is refused", async () => (await sdk.rest.get(`/data/v1/async/${inserted.requestId}/status`)).status.hasErrors);
  assert.equal((await refusal(sdk.rest.get("/data/v1/async/none/status")))[0], 404);
});

test("synchronised extensions are read the same way, and read-only", async () => {
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1", color: "Red" }]));
  await bell.importFile("inventory", inventoryXml({ S1: 0 }));
  await bell.ask("S1", "sync@example.com", { first_name: "Ada" });
  const { id, contact } = await bell.requestOf("sync@example.com", "Requested");
  const row = await until("the request is synchronised", async () => {
    const { items } = await rowsOf("Back_In_Stock__c_Salesforce", `?$filter=Id eq '${id}'`);
    return items[0];
  });
  assert.deepEqual([row.keys.id, row.values.contact__c, row.values.product_sku__c, row.values.status__c], [id, contact.id, "S1", "Requested"]);
  const [person] = (await rowsOf("Contact_Salesforce", `?$filter=Email eq 'sync@example.com'`)).items;
  assert.deepEqual([person.keys.id, person.values.firstname], [contact.id, "Ada"]);
  await until("the catalog is imported", async () => (await rowsOf("Catalog_Feed", "?$filter=SkuID eq 'S1' and InStock eq 'N'")).count === 1);
  for (const key of ["Contact_Salesforce", "Back_In_Stock__c_Salesforce", "Catalog_Feed"]) {
    const [status, message] = await refusal(sdk.rest.post(`/hub/v1/dataevents/key:${key}/rowset`, [{ keys: { Id: id }, values: { Email: "other@example.com" } }]));
    assert.deepEqual([status, message], [400, `${key} is a synchronised data extension and read-only`]);
    assert.equal((await refusal(sdk.rest.post(`/data/v1/async/dataextensions/key:${key}/rows`, { items: [] })))[0], 400);
    assert.equal((await refusal(sdk.rest.delete(`/data/v1/customObjects/${key}`)))[0], 400);
  }
});

test("SOAP: rows of an own extension, created, changed, found, deleted", async () => {
  const row = (id: string, units: number) => ({ CustomerKey: "Queued", Properties: { Property: [{ Name: "RequestId", Value: id }, { Name: "Units", Value: units }] } });
  for (let i = 0; i < 5; ++i)
    assert.equal((await sdk.soap.create("DataExtensionObject", row(`S${i}`, i))).OverallStatus, "OK");
  const again: Json = await sdk.soap.create("DataExtensionObject", row("S1", 9)).catch((error: Json) => error);
  assert.equal(again.message, "One or more errors in the Results");
  assert.match(again.json.Results[0].StatusMessage, /there is a row of this key/);
  const keyed = { CustomerKey: "Queued", Keys: { Key: { Name: "RequestId", Value: "S1" } }, Properties: { Property: { Name: "Units", Value: 11 } } };
  assert.equal((await sdk.soap.update("DataExtensionObject", keyed)).Results[0].StatusCode, "OK");
  const filter = { leftOperand: { leftOperand: "RequestId", operator: "like", rightOperand: "S%" }, operator: "AND",
    rightOperand: { leftOperand: "Units", operator: "greaterThan", rightOperand: 1 } };
  const values = (found: Json) => found.Results.map((one: Json) => one.Properties.Property.map((property: Json) => property.Value).join());
  const found = await sdk.soap.retrieveBulk("DataExtensionObject[Queued]", ["RequestId", "Units"], { filter, options: { BatchSize: 2 } });
  assert.deepEqual(values(found), ["S1,11", "S2,2", "S3,3", "S4,4"]);
  assert.equal((await sdk.soap.delete("DataExtensionObject", { CustomerKey: "Queued", Keys: { Key: { Name: "RequestId", Value: "S2" } } })).OverallStatus, "OK");
  assert.equal(values(await sdk.soap.retrieve("DataExtensionObject[Queued]", ["RequestId", "Units"], { filter })).length, 3);

  const synchronised: Json = await sdk.soap.update("DataExtensionObject", { ...keyed, CustomerKey: "Contact_Salesforce" }).catch((error: Json) => error);
  assert.match(synchronised.json.Results[0].StatusMessage, /no column RequestId|read-only/);
  const [, message] = await refusal(reader.soap.create("DataExtensionObject", row("X", 1)));
  assert.equal(message, "Insufficient privileges to complete this action.");
  assert.match((await refusal(sdk.soap.retrieve("DataExtensionObject[Nothing]", ["A"])))[1], /no data extension with this key/);
  const fields = await sdk.soap.retrieve("DataExtensionField", ["Name", "FieldType"], { filter: { leftOperand: "DataExtension.CustomerKey", operator: "equals", rightOperand: "Queued" } });
  assert.deepEqual(fields.Results.slice(0, 2).map((one: Json) => [one.Name, one.FieldType]), [["RequestId", "Text"], ["EmailAddress", "EmailAddress"]]);
  (sdk.auth as Json).authObject.access_token = "stale!token";
  assert.equal((await sdk.soap.retrieve("DataExtension", ["CustomerKey"])).OverallStatus, "OK");  // "Token Expired": it signs in again
  const strangers = await bell.call("POST", "/Service.asmx", "<Envelope><Body><RetrieveRequestMsg/></Body></Envelope>", { "Content-Type": "text/xml" });
  assert.match(strangers.text, /<soap:Fault><faultcode>soap:Security<\/faultcode><faultstring>Not Authorized/);
});

test("SOAP: the tracking objects tell what became of a message", async () => {
  await bell.setStock("S1", 5);
  const sent = await bell.requestOf("sync@example.com", "Sent");
  const mail = await until("the message is in the mailbox", async () => (await bell.mailbox()).find((one) => one.recipient === "sync@example.com"));
  const { html } = await bell.api("GET", `/mailbox/${mail.id}`);
  const link = (kind: string) => new URL(html.match(new RegExp(`https?://[^"\\s]+/${kind}/[^"\\s<>]+`))[0]).pathname;
  await bell.call("GET", link("o"));
  await bell.call("GET", link("c"));
  const mine = { filter: { leftOperand: "SubscriberKey", operator: "equals", rightOperand: sent.contact.id } };
  for (const [type, properties] of Object.entries({
    SentEvent: ["SendID", "SubscriberKey", "EventDate", "EventType"], OpenEvent: ["SubscriberKey", "EventDate"], ClickEvent: ["SubscriberKey", "EventDate", "URL"] })) {
    const { Results } = await reader.soap.retrieve(type, properties, mine);
    assert.equal(Results.length, 1, type);
    assert.equal(Results[0].SubscriberKey, sent.contact.id);
    assert.match(Results[0].EventDate, /^20\d\d-/);
    assert.deepEqual(Object.keys(Results[0]).filter((name) => properties.includes(name)).sort(), [...properties].sort(), type);
  }
  assert.equal((await reader.soap.retrieve("BounceEvent", ["SubscriberKey"], mine)).Results, undefined);
  await bell.call("POST", link("u"), "List-Unsubscribe=One-Click", { "Content-Type": "application/x-www-form-urlencoded" });
  await bell.call("POST", link("u"), "scope=all", { "Content-Type": "application/x-www-form-urlencoded" });
  const [unsubscribed] = (await reader.soap.retrieve("UnsubEvent", ["SubscriberKey", "EventDate"], mine)).Results;
  assert.equal(unsubscribed.SubscriberKey, sent.contact.id);
  const [subscriber] = (await reader.soap.retrieve("Subscriber", ["SubscriberKey", "EmailAddress", "Status"], mine)).Results;
  assert.deepEqual([subscriber.EmailAddress, subscriber.Status], ["sync@example.com", "unsubscribed"]);
  const runs = await reader.soap.retrieve("ImportResultsSummary", ["TaskResultID", "ImportStatus", "TotalRows"]);
  assert.ok(runs.Results.some((run: Json) => run.ImportStatus === "Completed" && run.TotalRows > 0));
  const [, message] = await refusal(reader.soap.retrieve("SentEvent", ["Password"]));
  assert.match(message, /Password do not match with the fields of SentEvent/);
  const described = await reader.soap.describe("ClickEvent");
  assert.ok(described.ObjectDefinition.Properties.some((property: Json) => property.Name === "URL"));
});

const waitForQuery = (id: string) => until("the query has run", async () => {
  const seen = await sdk.rest.get(`/automation/v1/queries/${id}/actions/isrunning`);
  return seen.isRunning === false && (await sdk.rest.get(`/automation/v1/queries/${id}`));
});

test("a query activity: who waits for what is back, written to an extension of its own", async () => {
  await bell.importFile("catalog", catalogXml("M2", "Hat", [{ sku: "H1", color: "Red" }, { sku: "H2", color: "Blue" }]));
  await bell.importFile("inventory", inventoryXml({ H1: 0, H2: 0 }));
  for (const [sku, email] of [["H1", "hat1@example.com"], ["H2", "hat2@example.com"]] as const) await bell.ask(sku, email, { first_name: "Hat" });
  const request = await bell.requestOf("hat1@example.com", "Requested");
  await until("both are synchronised", async () => (await rowsOf("Back_In_Stock__c_Salesforce", "?$filter=Product_SKU__c like 'H%25'")).count === 2);
  await until("the feed has both", async () => (await rowsOf("Catalog_Feed", "?$filter=SkuID like 'H%25'")).count === 2);
  await sdk.rest.post("/data/v1/customObjects", { name: "Journey entries", key: "Entries", fields: [
    field("RequestId", "Text", { length: 18, isPrimaryKey: true }), field("SubscriberKey", "Text", { length: 18 }), field("EmailAddress", "EmailAddress"),
    field("FirstName", "Text"), field("SKU", "Text"), field("ProductName", "Text"), field("Waiting", "Number") ] });
  const queryText = `
    SELECT r.Id AS RequestId, c.Id AS SubscriberKey, c.Email AS EmailAddress, c.FirstName, r.Product_SKU__c AS SKU, f.ProductName,
      DATEDIFF(day, r.Requested_Date__c, GETDATE()) AS Waiting
    FROM Back_In_Stock__c_Salesforce r
    INNER JOIN Catalog_Feed f ON f.SkuID = r.Product_SKU__c
    INNER JOIN Contact_Salesforce c ON c.Id = r.Contact__c
    LEFT JOIN [Journey entries] q ON q.RequestId = r.Id
    WHERE r.Status__c = 'Requested' AND f.InStock = 'N' AND r.Product_SKU__c LIKE 'H%' AND q.RequestId IS NULL`;
  const valid = await sdk.rest.post("/automation/v1/queries/actions/validate", { Text: queryText, targetKey: "Entries", targetUpdateTypeId: 1 });
  assert.deepEqual(valid, { queryValid: true, errors: [], warnings: [] });
  const made = await sdk.rest.post("/automation/v1/queries", { name: "Find entries", key: "find-entries", queryText, targetKey: "Entries", targetUpdateTypeId: 1 });
  assert.equal(await sdk.rest.post(`/automation/v1/queries/${made.queryDefinitionId}/actions/start`, {}), "OK");
  assert.equal((await waitForQuery(made.queryDefinitionId)).lastRunRows, 2);
  const { items } = await rowsOf("Entries", "?$orderBy=SKU");
  assert.deepEqual([items[0].keys.requestid, items[0].values.subscriberkey, items[0].values.emailaddress, items[0].values.sku, items[0].values.waiting],
    [request.id, request.contact.id, "hat1@example.com", "H1", "0"]);
  await sdk.rest.post(`/automation/v1/queries/${made.queryDefinitionId}/actions/start`, {});
  assert.equal((await waitForQuery(made.queryDefinitionId)).lastRunRows, 0, "the anti-join leaves out who is there already");

  await sdk.rest.patch(`/automation/v1/queries/${made.queryDefinitionId}`, { targetUpdateTypeId: 0,
    queryText: "SELECT SubscriberKey AS RequestId, COUNT(*) AS Waiting FROM _Sent GROUP BY SubscriberKey" });
  await sdk.rest.post(`/automation/v1/queries/${made.queryDefinitionId}/actions/start`, {});
  await waitForQuery(made.queryDefinitionId);
  assert.ok((await rowsOf("Entries", "?$filter=Waiting gte 1")).count >= 1, "over a data view, overwritten");
  assert.deepEqual((await sdk.rest.getBulk("/automation/v1/queries")).items.map((one: Json) => one.key), ["find-entries"]);
});

test("a query is a SELECT over what may be read, and says what is wrong", async () => {
  for (const [queryText, message] of [
    ["DELETE FROM Queued", /a query is a SELECT/], ["SELECT email AS RequestId FROM ext_contact", /no data extension ext_contact/],
    ["SELECT RequestId FROM Queued; DROP TABLE x", /goes on after its end/], ["SELECT Nothing AS RequestId FROM Queued", /no column Nothing/],
    ["SELECT Units AS Waiting FROM Queued", /no column RequestId, which the target needs/],
  ] as [string, RegExp][]) {
    const [status, told] = await refusal(sdk.rest.post("/automation/v1/queries", { name: "Wrong", queryText, targetKey: "Entries", targetUpdateTypeId: 0 }));
    assert.equal(status, 400);
    assert.match(told, message);
    const checked = await reader.rest.post("/automation/v1/queries/actions/validate", { Text: queryText, targetKey: "Entries" });
    assert.equal(checked.queryValid, false);
    assert.match(checked.errors[0].message, message);
  }
  const query = { name: "Wrong", queryText: "SELECT RequestId AS Id FROM Queued", targetUpdateTypeId: 0 };
  assert.deepEqual(await refusal(sdk.rest.post("/automation/v1/queries", { ...query, targetKey: "Contact_Salesforce" })),
    [400, "Contact_Salesforce is a synchronised data extension and read-only"]);
  assert.equal((await refusal(sdk.rest.post("/automation/v1/queries", { ...query, targetKey: "Nothing" })))[0], 404);
  assert.equal((await refusal(sdk.rest.post("/automation/v1/queries/1/actions/start", {})))[0], 404);
  assert.equal((await refusal(reader.rest.post("/automation/v1/queries/1/actions/start", {})))[0], 403);
});

test("an automation: imports, a query, a journey event, step by step; and what is back is sent once", async () => {
  await sdk.rest.post("/data/v1/customObjects", { name: "Back again", key: "BackAgain", fields: [
    field("RequestId", "Text", { length: 18, isPrimaryKey: true }), field("ContactKey", "Text", { length: 18 }), field("SKU", "Text") ] });
  const event = await sdk.rest.post("/interaction/v1/eventDefinitions", {
    eventDefinitionKey: "back-again", name: "Back again", dataExtensionKey: "BackAgain", requestField: "RequestId", skuField: "SKU" });
  assert.deepEqual([event.type, event.journeyKey], ["APIEvent", "back-in-stock"]);
  const query = await sdk.rest.post("/automation/v1/queries", { name: "Back again", key: "back-again", targetKey: "BackAgain", targetUpdateTypeId: 1, queryText: `
    SELECT r.Id AS RequestId, r.Contact__c AS ContactKey, r.Product_SKU__c AS SKU FROM Back_In_Stock__c_Salesforce r
    JOIN Catalog_Feed f ON f.SkuID = r.Product_SKU__c LEFT JOIN BackAgain b ON b.RequestId = r.Id
    WHERE r.Product_SKU__c LIKE 'H%' AND b.RequestId IS NULL` });
  const automation = await sdk.rest.post("/automation/v1/automations", { name: "Every feed", key: "every-feed", steps: [
    { step: 1, activities: [{ objectTypeId: 43, name: "the feed" }] },
    { step: 2, activities: [{ objectTypeId: 300, activityObjectId: query.queryDefinitionId }, { objectTypeId: 467, waitDuration: 1, waitUnit: "SECONDS" }] },
    { step: 3, activities: [{ objectTypeId: 733, activityObjectId: "back-again" }] } ] });
  assert.deepEqual([automation.statusId, automation.type, automation.steps.length], [2, "scheduled", 3]);
  const { runId } = await sdk.rest.post(`/automation/v1/automations/${automation.id}/actions/start`, {});
  assert.equal((await refusal(sdk.rest.post(`/automation/v1/automations/${automation.id}/actions/start`, {})))[0], 409);
  const run = await until("the automation has run", async () => {
    const { items } = await sdk.rest.get(`/automation/v1/automations/${automation.id}/runs`);
    return ["Complete", "Error"].includes(items[0].status) && items[0];
  });
  assert.deepEqual([run.id, run.status, run.errorMessage, run.startedBy], [runId, "Complete", "", "started"]);
  assert.equal((await rowsOf("BackAgain")).count, 2);
  const mails = async () => (await bell.mailbox()).filter((one) => one.recipient.startsWith("hat")).map((one) => one.recipient);
  assert.deepEqual(await mails(), [], "nothing is back, so nobody is written to");

  await bell.setStock("H1", 3);
  await bell.requestOf("hat1@example.com", "Sent");
  const sent = await bell.requests("&email=hat1%40example.com");
  const fired = await sdk.rest.post("/interaction/v1/events", { ContactKey: sent[0].contact.id, EventDefinitionKey: "back-again", Data: { RequestId: sent[0].id, SKU: "H1" } });
  assert.match(fired.eventInstanceId, /^[\da-f]{8}-/);
  await sdk.rest.post(`/automation/v1/automations/${automation.id}/actions/runallonce`, {});
  await until("it has run again", async () => (await sdk.rest.get(`/automation/v1/automations/${automation.id}`)).statusId === 2);
  assert.deepEqual(await mails(), ["hat1@example.com"], "an event messages nobody twice, and nobody whose item is not there");
});

test("journey events and automations say what is wrong", async () => {
  const [status, message] = await refusal(sdk.rest.post("/interaction/v1/events", { ContactKey: "x", EventDefinitionKey: "unknown", Data: {} }));
  assert.deepEqual([status, message], [400, "there is no event definition of this key"]);
  assert.equal((await refusal(sdk.rest.post("/interaction/v1/events", { EventDefinitionKey: "back-again", Data: {} })))[0], 400);
  assert.match((await refusal(sdk.rest.post("/interaction/v1/events", { ContactKey: "x", EventDefinitionKey: "back-again", Data: { Other: 1, RequestId: "1" } })))[1], /no column Other/);
  assert.match((await refusal(sdk.rest.post("/interaction/v1/eventDefinitions", { eventDefinitionKey: "x", dataExtensionKey: "BackAgain", skuField: "SKU", journeyKey: "none" })))[1], /no journey of this key/);
  assert.equal((await refusal(reader.rest.post("/interaction/v1/events", { ContactKey: "x", EventDefinitionKey: "back-again" })))[0], 403);
  const steps = [{ activities: [{ objectTypeId: 43 }] }];
  for (const [body, wanted] of [
    [{ name: "x" }, /has steps/], [{ name: "x", steps, schedule: { startDate: "soon" } }, /startDate is a date/],
    [{ name: "x", steps, schedule: { startDate: "2030-01-01T00:00:00Z", icalRecur: "FREQ=YEARLY" } }, /FREQ is MINUTELY/],
    [{ name: "x", steps, schedule: { startDate: "2030-01-01T00:00:00Z", timezoneId: 5 } }, /no effect here: timezoneId/],
    [{ name: "x", steps: [{ activities: [{ objectTypeId: 300, activityObjectId: "1" }] }] }, /no query activity with this id/],
    [{ name: "x", steps: [{ activities: [{ objectTypeId: 42 }] }] }, /objectTypeId is 43/],
  ] as [Json, RegExp][]) {
    const told = await refusal(sdk.rest.post("/automation/v1/automations", body));
    assert.equal(told[0], 400);
    assert.match(told[1], wanted);
  }
  const planned = await sdk.rest.post("/automation/v1/automations", { name: "Nightly", steps, schedule: { startDate: "2035-01-01T03:00:00Z", icalRecur: "FREQ=DAILY;INTERVAL=1" } });
  assert.deepEqual([planned.statusId, planned.nextRunTime], [6, "2035-01-01T03:00:00.000Z"]);
  const changed = await sdk.rest.patch(`/automation/v1/automations/${planned.id}`, { schedule: null, fileTrigger: { fileNamingPattern: ".psv", fileNamePatternType: "EndsWith" } });
  assert.deepEqual([changed.statusId, changed.type, changed.nextRunTime], [7, "triggered", undefined]);
  await bell.api("POST", "/feeds/catalog/run");
  await until("the uploaded feed has started it", async () => (await sdk.rest.get(`/automation/v1/automations/${planned.id}/runs`)).items.some((one: Json) => one.status === "Complete" && one.fileName.endsWith(".psv")));
  await sdk.rest.delete(`/automation/v1/automations/${planned.id}`);
  assert.equal((await refusal(sdk.rest.get(`/automation/v1/automations/${planned.id}`)))[0], 404);
});

test("erasing a person reaches the rows that hold the address", async () => {
  await sdk.rest.post("/hub/v1/dataevents/key:Queued/rowset", [{ keys: { RequestId: "E1" }, values: { EmailAddress: "Erased.Person+x@gmail.com" } }]);
  const exported = await bell.api("POST", "/privacy/export", { email: "erasedperson@gmail.com" });
  assert.match(JSON.stringify(exported), /"key":"Queued","rows":\[\{"RequestId":"E1"/);
  await bell.api("POST", "/privacy/erase", { email: "erasedperson@gmail.com" });
  assert.equal((await rowsOf("Queued", "?$filter=RequestId eq 'E1'")).count, 0);
});

test("rows survive a kill", async () => {
  const { requestId } = await sdk.rest.put("/data/v1/async/dataextensions/key:Queued/rows", { items: Array.from({ length: 2000 }, (_, i) => ({ RequestId: `K${i}` })) });
  await bell.killAndRestart();
  await until("all rows are written", async () => (await sdk.rest.get(`/data/v1/async/${requestId}/status`)).status.requestStatus === "Complete");
  assert.equal((await rowsOf("Queued", "?$filter=RequestId like 'K%25'")).count, 2000);
});
