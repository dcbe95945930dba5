// simple-salesforce, unmodified, works with rows, queries, changes and flows as it does with Salesforce.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Client, Salesforce } from "./support/salesforce.ts";
import type { Json } from "./support/stockbell.ts";

const paged = 5000;
let salesforce: Salesforce;
let desk: Client;
let said: Json;

before(async () => {
  salesforce = await Salesforce.start();
  desk = await salesforce.client("admin", "desk");
  const connection = await salesforce.connect(desk);
  const people = Array.from({ length: paged }, (_, i) => ({ LastName: `Page ${String(i).padStart(4, "0")}`, Title: "paged" }));
  await connection.create("Contact", people as Json[], { allowRecursive: true });
  said = await salesforce.pythonAs(desk, "rows.py", { paged: "paged" });
  assert.ok(!said.error, JSON.stringify(said));
});
after(() => salesforce.stop());

test("rows: the numbers and bodies that its callers test for", () => {
  const { rows } = said;
  assert.match(rows.made.id, /^003\w{15}$/);
  assert.deepEqual([rows.made.success, rows.made.errors], [true, []]);
  assert.deepEqual(rows.upsert, [201, 200, 201]);
  assert.deepEqual([rows.by_key.Request_Key__c, rows.by_key.Status__c, rows.by_key.Contact__c], ["a b/c", "Queued", rows.made.id]);
  assert.equal(rows.slash.Product_SKU__c, "PY-2");
  assert.deepEqual([rows.update, rows.raw, rows.delete], [204, 204, 204]);
  assert.deepEqual([rows.row.Name, rows.row.Title, rows.row.attributes.type], ["Ada Lovelace", "Countess", "Contact"]);
  assert.deepEqual(Object.keys(rows.some).sort(), ["Email", "Id", "Title", "attributes"]);
  assert.deepEqual([rows.alert.error, rows.alert.message[0].errorCode], ["SalesforceMalformedRequest", "DUPLICATES_DETECTED"]);
  assert.equal(rows.alert.message[0].duplicateResut.matchResults[0].matchRecords[0].record.Id, rows.made.id);
  assert.ok(rows.allowed.success);
  assert.deepEqual([rows.gone.error, rows.gone.message[0].errorCode], ["SalesforceResourceNotFound", "ENTITY_IS_DELETED"]);
});

test("describe, metadata(), limits, is_sandbox()", () => {
  const { described } = said;
  assert.deepEqual(described.sobjects, ["Account", "Back_In_Stock__c", "Contact", "Organization", "User"]);
  assert.deepEqual(described.fields, ["B2C_Customer_ID__c"]);
  assert.deepEqual(described.basics, ["Contact", true]);
  assert.ok(described.limits.Remaining < described.limits.Max);
  assert.deepEqual([described.versions, described.usage[1]], [described.limits.Max, described.limits.Max]);
  assert.equal(described.sandbox, false);
});

test("query, query_all, query_all_iter, query_more over 5,000 rows; relationships; deleted rows", () => {
  const { queries } = said;
  assert.deepEqual(queries.eager, [paged, true, paged, paged]);
  assert.deepEqual([queries.lazy, queries.by_hand, queries.pages, queries.counted], [true, true, [2000, 2000, 1000], paged]);
  assert.deepEqual(queries.parent, [["relation@example.com", "PY-R"]]);
  assert.deepEqual(queries.child, [["PY-R"]]);
  assert.deepEqual([queries.deleted, queries.iter_deleted], [[0, 1], 1]);
});

test("updated and deleted", () => {
  const { changes } = said;
  assert.deepEqual([changes.updated, changes.covered, changes.deleted], [1, true, true]);
  assert.deepEqual([changes.reversed.error, changes.reversed.code], ["SalesforceMalformedRequest", 400]);
});

test("restful(): flows and composite", () => {
  const { flows } = said;
  assert.equal(flows.described, "BackInStockRequest");
  assert.deepEqual([...flows.listed].sort(), ["B2CContactProcess", "B2CContactResolve", "BackInStockRequest"]);
  const [first, again] = flows.ran;
  assert.deepEqual([first.contactCreated, first.requestCreated, first.Flow__InterviewStatus], [true, true, "Finished"]);
  assert.deepEqual(again, first);  // a key that was there before gets the answer it got then
  assert.deepEqual(flows.composite.compositeResponse.map((part: Json) => [part.referenceId, part.httpStatusCode]), [["l", 200], ["n", 404]]);
});

test("each refusal is the class that callers catch", async () => {
  const { accessToken } = await salesforce.connect(await salesforce.client("readonly", "reader"));
  const refused: Json = await salesforce.pythonAs(desk, "refusals.py", { reader: accessToken });
  const told = (name: string) => [refused[name].error, refused[name].code, refused[name].message?.[0]?.errorCode];
  const malformed = (code: string) => ["SalesforceMalformedRequest", 400, code];
  const missing = (code = "NOT_FOUND") => ["SalesforceResourceNotFound", 404, code];
  assert.deepEqual(told("query"), malformed("MALFORMED_QUERY"));
  assert.match(refused.query.message[0].message, /^\nSELECT Id, FROM Contact\n {11}\^\nERROR at Row:1:Column:12\n/);
  assert.deepEqual(told("query_all"), malformed("INVALID_FIELD"));
  assert.deepEqual(told("query_more"), malformed("INVALID_QUERY_LOCATOR"));
  assert.deepEqual(told("required"), malformed("REQUIRED_FIELD_MISSING"));
  assert.deepEqual(refused.required.message[0].fields, ["LastName"]);
  for (const name of ["no_object", "missing", "no_key", "nowhere", "search", "flow_unknown"]) assert.deepEqual(told(name), missing(), name);
  assert.deepEqual(told("deleted"), missing("ENTITY_IS_DELETED"));
  assert.deepEqual(told("method"), ["SalesforceGeneralError", 405, "METHOD_NOT_ALLOWED"]);
  assert.equal(refused.reader_reads, "Here");
  for (const name of ["reader_writes", "reader_flow"]) assert.deepEqual(told(name), ["SalesforceRefusedRequest", 403, "INSUFFICIENT_ACCESS"], name);
  assert.deepEqual(told("ended"), ["SalesforceExpiredSession", 401, "INVALID_SESSION_ID"]);
});

test("two processes ask for the same shopper at once: one contact, one request, both get the ids", async () => {
  const at = Date.now() / 1000 + 4;
  const keys = ["one", "two", "two", "three"];
  const twins: Json[][] = await Promise.all(keys.map((key, i) =>
    salesforce.pythonAs(desk, "ask.py", { at, key, email: i % 2 ? "Twin@example.com" : "twin@Example.com" }) as Promise<Json[]>));
  assert.ok(twins.flat().every((answer) => answer.isSuccess), JSON.stringify(twins));
  const outputs = twins.flat().map((answer) => answer.outputValues);
  assert.equal(outputs.length, 12);
  assert.equal(new Set(outputs.map((output) => output.contactId)).size, 1);
  assert.equal(new Set(outputs.map((output) => output.requestId)).size, 1);
  // A key gets the answer it got first, so count by key.
  const byKey = new Map(keys.map((key, i) => [key, twins[i]![0].outputValues]));
  for (const [i, key] of keys.entries()) assert.deepEqual(twins[i]!.map((answer) => answer.outputValues), Array(3).fill(byKey.get(key)));
  assert.equal([...byKey.values()].filter((output) => output.contactCreated).length, 1);
  assert.equal([...byKey.values()].filter((output) => output.requestCreated).length, 1);
  const connection = await salesforce.connect(desk);
  assert.equal(await connection.sobject("Contact").count({ Email: "twin@example.com" }), 1);
  assert.equal(await connection.sobject("Back_In_Stock__c").count({ Product_SKU__c: "TWIN" }), 1);
});
