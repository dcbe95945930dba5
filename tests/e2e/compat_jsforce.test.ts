// jsforce, unmodified, works with rows, queries, changes and collections as it does with Salesforce.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import jsforce, { type Connection } from "jsforce";
import { Salesforce } from "./support/salesforce.ts";
import type { Json } from "./support/stockbell.ts";

let salesforce: Salesforce;
let connection: Connection;

before(async () => {
  salesforce = await Salesforce.start();
  connection = await salesforce.connect(await salesforce.client("admin", "desk"));
});
after(() => salesforce.stop());

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const one = async (object: string, record: Json): Promise<string> => {
  const saved = (await connection.create(object, record)) as Json;
  assert.deepEqual([saved.success, saved.errors], [true, []]);
  return saved.id;
};
const count = async (soql: string) => (await connection.query(soql)).totalSize;
const failsWith = (errorCode: string, message: string | RegExp, more: Json = {}) => (error: Json) => {
  assert.equal(error.errorCode, errorCode, error.message);
  if (typeof message === "string") assert.equal(error.message, message);
  else assert.match(error.message, message);
  for (const [name, value] of Object.entries(more)) assert.deepEqual(error.data[name], value);
  return true;
};

test("describe: what there is, as a client needs it to map rows", async () => {
  const global = await connection.describeGlobal();
  assert.equal(global.encoding, "UTF-8");
  assert.deepEqual(global.sobjects.map((object) => object.name).sort(), ["Account", "Back_In_Stock__c", "Contact", "Organization", "User"]);
  const request = await connection.describe("Back_In_Stock__c");
  assert.deepEqual([request.keyPrefix, request.custom, request.createable, request.replicateable, request.retrieveable, request.queryable],
    ["a0B", true, true, true, true, true]);
  const field = (name: string) => request.fields.find((found) => found.name === name) as Json;
  assert.deepEqual([field("Contact__c").type, field("Contact__c").referenceTo, field("Contact__c").relationshipName], ["reference", ["Contact"], "Contact__r"]);
  assert.deepEqual([field("Request_Key__c").externalId, field("Request_Key__c").unique, field("Request_Key__c").length], [true, true, 100]);
  assert.deepEqual([field("Status__c").type, field("Status__c").restrictedPicklist], ["picklist", true]);
  assert.ok(field("Status__c").picklistValues.some((value: Json) => value.value === "Requested" && value.active));
  assert.deepEqual([field("Requested_Date__c").type, field("Quantity__c").type, field("Id").type], ["datetime", "int", "id"]);
  const contact = await connection.sobject("Contact").describe();
  const children = contact.childRelationships.map((child) => [child.relationshipName, child.childSObject, child.field]);
  assert.ok(children.some((child) => child.join() === "Back_In_Stocks__r,Back_In_Stock__c,Contact__c"), JSON.stringify(children));
  assert.deepEqual(contact.fields.filter((found) => !found.nillable && found.createable && !found.defaultedOnCreate).map((found) => found.name), ["LastName"]);
});

test("one row: create, retrieve, update, destroy", async () => {
  const id = await one("Contact", { LastName: "Lovelace", FirstName: "Ada", Email: "Ada@Example.com" });
  assert.match(id, /^003\w{15}$/);
  const row = (await connection.retrieve("Contact", id)) as Json;
  assert.deepEqual(row.attributes, { type: "Contact", url: `/services/data/v59.0/sobjects/Contact/${id}` });
  assert.deepEqual([row.Id, row.Name, row.Email, row.Phone, row.HasOptedOutOfEmail, row.IsDeleted], [id, "Ada Lovelace", "Ada@Example.com", null, false, false]);
  assert.match(row.CreatedDate, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
  const some = (await connection.sobject("Contact").retrieve(id, { fields: ["Email", "FirstName"] })) as Json;
  assert.deepEqual(Object.keys(some).sort(), ["Email", "FirstName", "Id", "attributes"]);
  assert.equal(((await connection.retrieve("Contact", id.slice(0, 15))) as Json).Id, id);
  assert.deepEqual(await connection.update("Contact", { Id: id, FirstName: null, Title: "Countess" } as Json), { id, success: true, errors: [] });
  const after = (await connection.retrieve("Contact", id)) as Json;
  assert.deepEqual([after.FirstName, after.Name, after.Title], [null, "Lovelace", "Countess"]);
  assert.deepEqual(await connection.destroy("Contact", id), { id, success: true, errors: [] });
  await assert.rejects(connection.retrieve("Contact", id), failsWith("ENTITY_IS_DELETED", "entity is deleted"));
});

test("many rows: what is right is written, with allOrNone all or nothing", async () => {
  const made = (await connection.create("Contact", [{ LastName: "A" }, { FirstName: "B" }, { LastName: "C" }] as Json[])) as Json[];
  assert.deepEqual(made.map((row) => row.success), [true, false, true]);
  assert.deepEqual(made[1], { success: false, errors: [{ statusCode: "REQUIRED_FIELD_MISSING", message: "Required fields are missing: [LastName]", fields: ["LastName"] }] });
  const ids = [made[0]!.id, made[2]!.id];
  const none = (await connection.create("Contact", [{ LastName: "All" }, { FirstName: "or" }] as Json[], { allOrNone: true })) as Json[];
  assert.deepEqual(none.map((row) => row.errors[0].statusCode), ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING"]);
  assert.equal(await count("SELECT COUNT() FROM Contact WHERE LastName = 'All'"), 0);
  const rows = (await connection.retrieve("Contact", ids)) as Json[];
  assert.deepEqual(rows.map((row) => row.LastName), ["A", "C"]);
  const some = (await connection.retrieve("Contact", [...ids].reverse(), { fields: ["Id", "LastName"] })) as Json[];
  assert.deepEqual(some.map((row) => [row.Id, row.LastName, "Name" in row]), [[ids[1], "C", false], [ids[0], "A", false]]);
  const changed = (await connection.update("Contact", [{ Id: ids[0], Title: "Dr" }, { Id: ids[1], Email: "nobody" }] as Json[])) as Json[];
  assert.deepEqual(changed.map((row) => row.success), [true, false]);
  assert.equal(changed[1]!.errors[0].statusCode, "INVALID_EMAIL_ADDRESS");
  const gone = (await connection.destroy("Contact", [...ids, "003000000000001AAA"])) as Json[];
  assert.deepEqual(gone.map((row) => row.success), [true, true, false]);
});

test("more than 200 rows go in several calls", async () => {
  const made = (await connection.create("Contact", range(450).map((i) => ({ LastName: `Many ${i}` })) as Json[], { allowRecursive: true })) as Json[];
  assert.equal(new Set(made.map((row) => row.id)).size, 450);
  const gone = (await connection.destroy("Contact", made.map((row) => row.id), { allowRecursive: true })) as Json[];
  assert.ok(gone.every((row) => row.success));
});

test("upsert by an external id, with blanks and slashes in its value", async () => {
  const contact = await one("Contact", { LastName: "Upsert", B2C_Customer_ID__c: "up-1" });
  for (const key of ["plain", "a b/c", "ünï/%2F+&?=#"]) {
    // jsforce escapes nothing but what a URL cannot hold.
    const inPath = key.replace(/[%?#+&=]/g, encodeURIComponent);
    const record = { Request_Key__c: inPath, Contact__c: contact, Product_SKU__c: `SKU ${key}` };
    const first = (await connection.upsert("Back_In_Stock__c", record as Json, "Request_Key__c")) as Json;
    assert.deepEqual([first.created, first.success], [true, true], key);
    const second = (await connection.upsert("Back_In_Stock__c", { ...record, Status__c: "Queued" } as Json, "Request_Key__c")) as Json;
    assert.deepEqual([second.created, second.id], [false, first.id], key);
    const row = (await connection.retrieve("Back_In_Stock__c", first.id)) as Json;
    assert.deepEqual([row.Request_Key__c, row.Status__c], [key, "Queued"]);
  }
  const many = (await connection.upsert("Contact", [
    { B2C_Customer_ID__c: "up-1", LastName: "Known" }, { B2C_Customer_ID__c: "up 2/x", LastName: "New" }, { B2C_Customer_ID__c: "up-3" },
  ] as Json[], "B2C_Customer_ID__c")) as Json[];
  assert.deepEqual(many.map((row) => [row.success, row.created]), [[true, false], [true, true], [false, false]]);
  assert.equal(many[0]!.id, contact);
  const byParent = await one("Back_In_Stock__c", { Contact__r: { B2C_Customer_ID__c: "up 2/x" }, Product_SKU__c: "S9" });
  assert.equal(((await connection.retrieve("Back_In_Stock__c", byParent)) as Json).Contact__c, many[1]!.id);
});

test("relationships: a parent's fields, a child subquery, aggregates", async () => {
  const account = await one("Account", { Name: "Babbage & Co" });
  const people = await Promise.all(["ann", "bob"].map((name) =>
    one("Contact", { LastName: name, AccountId: account, Email: `${name}@rel.example` })));
  for (const [person, sku] of [[0, "R1"], [0, "R2"], [1, "R1"]] as [number, string][])
    await one("Back_In_Stock__c", { Contact__c: people[person], Product_SKU__c: sku, Site__c: "Rel", Requested_Date__c: `2026-0${person + 1}-01T00:00:00Z` });

  const up = await connection.query(
    "SELECT Id, Product_SKU__c, Contact__r.Email, Contact__r.Account.Name FROM Back_In_Stock__c WHERE Site__c = 'Rel' AND Contact__r.Email = 'BOB@rel.example'");
  assert.equal(up.totalSize, 1);
  const row = up.records[0] as Json;
  assert.deepEqual([row.Contact__r.Email, row.Contact__r.attributes.type, row.Contact__r.Account.Name], ["bob@rel.example", "Contact", "Babbage & Co"]);

  const down = await connection.query(
    `SELECT LastName, (SELECT Product_SKU__c FROM Back_In_Stocks__r ORDER BY Product_SKU__c DESC) FROM Contact WHERE AccountId = '${account}' ORDER BY LastName`);
  assert.deepEqual(down.records.map((found: Json) => [found.LastName, found.Back_In_Stocks__r.records.map((child: Json) => child.Product_SKU__c), found.Back_In_Stocks__r.done]),
    [["ann", ["R2", "R1"], true], ["bob", ["R1"], true]]);
  const found = (await connection.sobject("Contact").find({ AccountId: account }, ["LastName"])
    .include("Back_In_Stocks__r").select(["Product_SKU__c"]).where({ Product_SKU__c: "R2" }).end().sort({ LastName: -1 })) as Json[];
  assert.deepEqual(found.map((person) => [person.LastName, person.Back_In_Stocks__r?.totalSize ?? 0]), [["bob", 0], ["ann", 1]]);

  const groups = await connection.query(
    "SELECT Product_SKU__c sku, COUNT(Id) waiting, MIN(Requested_Date__c) first FROM Back_In_Stock__c WHERE Site__c = 'Rel' GROUP BY Product_SKU__c HAVING COUNT(Id) > 0 ORDER BY COUNT(Id) DESC");
  assert.deepEqual(groups.records.map(({ attributes, ...values }: Json) => ({ type: attributes.type, ...values })), [
    { type: "AggregateResult", sku: "R1", waiting: 2, first: "2026-01-01T00:00:00.000+0000" },
    { type: "AggregateResult", sku: "R2", waiting: 1, first: "2026-01-01T00:00:00.000+0000" }]);
  const counted = await connection.query("SELECT COUNT() FROM Back_In_Stock__c WHERE Site__c = 'Rel'");
  assert.deepEqual([counted.totalSize, counted.records, counted.done], [3, [], true]);
  const inside = await connection.query("SELECT Email FROM Contact WHERE Id IN (SELECT Contact__c FROM Back_In_Stock__c WHERE Product_SKU__c = 'R2')");
  assert.deepEqual(inside.records.map((person: Json) => person.Email), ["ann@rel.example"]);
});

test("find(): conditions as jsforce writes them", async () => {
  const contact = await one("Contact", { LastName: "O'Find \\ \"x\"", FirstName: "O'Find", Email: "find@example.com" });
  for (const i of range(7))
    await one("Back_In_Stock__c", { Contact__c: contact, Product_SKU__c: `F${i}`, Site__c: "Find", Requested_Date__c: `2026-01-0${i + 1}T00:00:00.000+0000` });
  const requests = connection.sobject("Back_In_Stock__c");
  const since = jsforce.SfDate.toDateTimeLiteral("2020-01-01T00:00:00Z");
  const five = (await requests.find({ Status__c: "Requested", Site__c: "Find", CreatedDate: { $gte: since } }, ["Product_SKU__c"]).limit(5)) as Json[];
  assert.equal(five.length, 5);
  const skus = async (conditions: Json) => ((await requests.find({ Site__c: "Find", ...conditions }, { Product_SKU__c: 1 }).sort("Product_SKU__c")) as Json[])
    .map((row) => row.Product_SKU__c).join();
  assert.equal(await skus({ Product_SKU__c: ["F1", "F3", "none"] }), "F1,F3");
  assert.equal(await skus({ Product_SKU__c: { $nin: ["F1", "F3"] }, Requested_Date__c: { $lt: jsforce.SfDate.toDateTimeLiteral("2026-01-05T00:00:00Z") } }), "F0,F2");
  assert.equal(await skus({ Product_SKU__c: { $like: "F_" }, $or: [{ Product_SKU__c: "F5" }, { Product_SKU__c: { $gt: "F5" } }] }), "F5,F6");
  assert.equal(await skus({ Sent_Date__c: null, Product_SKU__c: { $ne: "F0" }, Quantity__c: { $gte: 1 } }), "F1,F2,F3,F4,F5,F6");
  assert.equal(await skus({ Sent_Date__c: { $exists: true } }), "");
  assert.equal(await skus({ $not: { Product_SKU__c: { $gte: "F2" } } }), "F0,F1");
  assert.equal(await skus({ CreatedDate: jsforce.SfDate.TODAY }), "F0,F1,F2,F3,F4,F5,F6");
  assert.equal(await requests.count({ Site__c: "Find", "Contact__r.FirstName": "o'FIND" }), 7);
  // jsforce escapes quotes, not backslashes.
  assert.equal(await count(String.raw`SELECT COUNT() FROM Contact WHERE LastName = 'o\'find \\ "X"'`), 1);
  assert.equal(((await requests.findOne({ Site__c: "Find" }, ["Product_SKU__c"]).sort("-Product_SKU__c").offset(2)) as Json).Product_SKU__c, "F4");
  assert.deepEqual((await requests.find({ Site__c: "Nowhere" })) as Json[], []);
});

test("5,000 rows: every page once, whatever happens meanwhile", async () => {
  const rows = 5000;
  const chunks = range(rows / 200).map((chunk) => range(200).map((i) => ({ LastName: `Page ${String(chunk * 200 + i).padStart(4, "0")}`, Title: "paged" })));
  const ids: string[] = [];
  for (const chunk of chunks) ids.push(...((await connection.create("Contact", chunk as Json[])) as Json[]).map((row) => row.id));
  assert.equal(new Set(ids).size, rows);

  const soql = "SELECT Id, LastName FROM Contact WHERE Title = 'paged' ORDER BY LastName";
  const all = await connection.query(soql, { autoFetch: true, maxFetch: 10_000 });
  assert.deepEqual([all.totalSize, all.records.length, all.done], [rows, rows, true]);
  assert.deepEqual(all.records.map((row) => row.Id), ids);

  let page: Json = await connection.query(soql);
  assert.deepEqual([page.records.length, page.done, page.totalSize], [2000, false, rows]);
  assert.match(page.nextRecordsUrl, /\/services\/data\/v59\.0\/query\/[\w-]+-2000$/);
  const seen: string[] = page.records.map((row: Json) => row.Id);
  // The membership is that of the first page: a new row stays out.
  await one("Contact", { LastName: "Page 9999", Title: "paged" });
  await connection.update("Contact", { Id: ids[4999], LastName: "Page 0000 a" } as Json);
  const other = new jsforce.Connection({ instanceUrl: connection.instanceUrl, accessToken: connection.accessToken!, version: "48.0" });
  while (!page.done) {
    page = await (seen.length === 2000 ? connection : other).queryMore(page.nextRecordsUrl);  // jsforce asks under its own version
    seen.push(...page.records.map((row: Json) => row.Id));
  }
  assert.deepEqual(seen, ids);

  const small = await connection.query(soql, { headers: { "Sforce-Query-Options": "batchSize=250" } });
  assert.equal(small.records.length, 250);
  const stream: string[] = [];
  await new Promise<void>((done, fail) => connection.query("SELECT Id FROM Contact WHERE Title = 'paged'")
    .on("record", (row: Json) => stream.push(row.Id)).on("end", () => done()).on("error", fail).run({ autoFetch: true, maxFetch: 4500 }));
  assert.equal(new Set(stream).size, 4500);
  await assert.rejects(Promise.resolve(connection.queryMore("/services/data/v59.0/query/01gD0000002HU6KIAW-2000")), failsWith("INVALID_QUERY_LOCATOR", /invalid query locator/i));
});

test("queryAll shows deleted rows; updated() and deleted() tell of changes", async () => {
  const start = new Date(Date.now() - 60_000).toISOString();
  const kept = await one("Contact", { LastName: "Kept", Title: "tracked" });
  const lost = await one("Contact", { LastName: "Lost", Title: "tracked" });
  await connection.destroy("Contact", lost);
  const soql = "SELECT Id, IsDeleted FROM Contact WHERE Title = 'tracked' ORDER BY LastName";
  assert.deepEqual((await connection.query(soql)).records.map((row) => row.Id), [kept]);
  const all = await connection.query(soql, { scanAll: true });
  assert.deepEqual(all.records.map((row: Json) => [row.Id, row.IsDeleted]), [[kept, false], [lost, true]]);

  const end = new Date(Date.now() + 60_000).toISOString();
  const updated = await connection.sobject("Contact").updated(start, end);
  assert.ok(updated.ids.includes(kept));
  assert.ok(!updated.ids.includes(lost));
  assert.ok(Date.parse(updated.latestDateCovered) > Date.parse(start));
  const deleted = await connection.sobject("Contact").deleted(start, end);
  assert.ok(deleted.deletedRecords.some((row) => row.id === lost && Date.parse(row.deletedDate) >= Date.parse(start)));
  assert.ok(!deleted.deletedRecords.some((row) => row.id === kept));
  assert.ok(Date.parse(deleted.earliestDateAvailable) < Date.parse(start));
  await assert.rejects(connection.updated("Contact", end, start), failsWith("INVALID_REPLICATION_DATE", /./));
  const long = new Date(Date.now() - 31 * 86_400_000).toISOString();
  await assert.rejects(connection.updated("Contact", long, end), failsWith("INVALID_REPLICATION_DATE", /./));
});

test("composite: one call, references from part to part", async () => {
  const base = "/services/data/v59.0/sobjects";
  const send = (allOrNone: boolean, parts: Json[]): Promise<Json> =>
    connection.requestPost("/composite", { allOrNone, compositeRequest: parts });
  const parts = (mark: string, sku: Json = "C1") => [
    { method: "POST", url: `${base}/Contact`, referenceId: "person", body: { LastName: mark } },
    { method: "POST", url: `${base}/Back_In_Stock__c`, referenceId: "request", body: { Contact__c: "@{person.id}", Product_SKU__c: sku } },
    { method: "GET", url: `${base}/Back_In_Stock__c/@{request.id}?fields=Contact__c`, referenceId: "row" },
  ];
  const good = (await send(true, parts("Composite"))).compositeResponse;
  assert.deepEqual(good.map((part: Json) => [part.referenceId, part.httpStatusCode]), [["person", 201], ["request", 201], ["row", 200]]);
  assert.equal(good[2].body.Contact__c, good[0].body.id);
  assert.match(good[0].httpHeaders.Location, /\/sobjects\/Contact\/003\w{15}$/);
  const undone = (await send(true, parts("Undone", null))).compositeResponse;
  assert.deepEqual(undone.map((part: Json) => [part.httpStatusCode, part.body[0].errorCode]),
    [[400, "PROCESSING_HALTED"], [400, "REQUIRED_FIELD_MISSING"], [400, "PROCESSING_HALTED"]]);
  assert.equal(await count("SELECT COUNT() FROM Contact WHERE LastName = 'Undone'"), 0);
  const half = (await send(false, parts("Half", null))).compositeResponse;
  assert.deepEqual(half.map((part: Json) => part.httpStatusCode), [201, 400, 400]);
  const query = (await send(false, [{ method: "GET", url: "/services/data/v59.0/query?q=SELECT+Id+FROM+Contact+WHERE+LastName+=+'Half'", referenceId: "q" },
    { method: "PATCH", url: `${base}/Contact/@{q.records[0].Id}`, referenceId: "p", body: { Title: "from @{q.totalSize}" } }])).compositeResponse;
  assert.deepEqual(query.map((part: Json) => [part.httpStatusCode, part.body?.totalSize]), [[200, 1], [204, undefined]]);
  assert.equal(await count("SELECT COUNT() FROM Contact WHERE Title = 'from 1'"), 1);
});

test("batch, tree and graph", async () => {
  const batch: Json = await connection.requestPost("/composite/batch", { batchRequests: [
    { method: "GET", url: "v59.0/limits" }, { method: "GET", url: "v59.0/sobjects/Contact/003000000000001AAA" } ] });
  assert.deepEqual([batch.hasErrors, batch.results.map((part: Json) => part.statusCode)], [true, [200, 404]]);
  const tree: Json = await connection.requestPost("/composite/tree/Contact", { records: [{ attributes: { type: "Contact", referenceId: "t1" }, LastName: "Tree",
    Back_In_Stocks__r: { records: [{ attributes: { type: "Back_In_Stock__c", referenceId: "t2" }, Product_SKU__c: "T1" }] } }] });
  assert.deepEqual([tree.hasErrors, tree.results.map((row: Json) => row.referenceId)], [false, ["t1", "t2"]]);
  const graph: Json = await connection.requestPost("/composite/graph", { graphs: [{ graphId: "g", compositeRequest: [
    { method: "POST", url: "/services/data/v59.0/sobjects/Contact", referenceId: "c", body: { LastName: "Graph" } }] }] });
  assert.deepEqual(graph.graphs.map((answer: Json) => [answer.graphId, answer.isSuccessful]), [["g", true]]);
});

test("limits, recent rows, identity, a flow", async () => {
  const id = await one("Contact", { LastName: "Recent" });
  const recent = (await connection.recent("Contact", 3)) as Json[];
  assert.equal(recent[0]!.Id, id);
  const limits = (await connection.limits()) as Json;
  assert.ok(limits.DailyApiRequests.Remaining < limits.DailyApiRequests.Max);
  const used = connection.limitInfo.apiUsage!;  // from the header Sforce-Limit-Info
  assert.ok(used.used > 0 && used.limit === limits.DailyApiRequests.Max);
  assert.equal((await connection.identity()).username, "desk");
  const flow = "/actions/custom/flow/BackInStockRequest";
  const described: Json = await connection.request(`/services/data/v59.0${flow}`);
  assert.deepEqual(described.inputs.filter((input: Json) => input.required).map((input: Json) => input.name).sort(), ["Email", "Product_SKU__c"]);
  const ran: Json = await connection.requestPost(flow, { inputs: [{ Email: "flow@example.com", Product_SKU__c: "FLOW" }, { Email: "none", Product_SKU__c: "FLOW" }] });
  assert.deepEqual(ran.map((answer: Json) => [answer.isSuccess, answer.outputValues.isSuccess, answer.outputValues.errorCode]),
    [[true, true, undefined], [true, false, "INVALID_EMAIL_ADDRESS"]]);
  assert.equal(((await connection.retrieve("Back_In_Stock__c", ran[0].outputValues.requestId)) as Json).Contact__c, ran[0].outputValues.contactId);
});
