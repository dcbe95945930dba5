// Salesforce's own clients load and unload in bulk, unmodified: jsforce's bulk2 and simple-salesforce's bulk2, thousands of rows each.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Connection } from "jsforce";
import { type Client, Salesforce } from "./support/salesforce.ts";
import type { Json } from "./support/stockbell.ts";

const rows = 5000;
let salesforce: Salesforce;
let desk: Client, analyst: Client;
let connection: Connection;

before(async () => {
  salesforce = await Salesforce.start();
  desk = await salesforce.client("admin", "desk");
  analyst = await salesforce.client("readonly", "analyst");
  connection = await salesforce.connect(desk);
  connection.bulk2.pollInterval = 200;
  connection.bulk2.pollTimeout = 300_000;
});
after(() => salesforce.stop());

const load = (operation: "insert" | "update" | "upsert" | "delete", object: string, input: Json[], more: Json = {}) =>
  connection.bulk2.loadAndWaitForResults({ object, operation, input, ...more } as never) as Promise<{
    successfulResults: Json[]; failedResults: Json[]; unprocessedRecords: Json[];
  }>;
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

async function bulkQuery(soql: string, options: Json = {}, as = connection): Promise<Json[]> {
  return (await (await as.bulk2.query(soql, options)).toArray()) as Json[];
}

test("jsforce: insert, upsert by an external id, update, query, delete", async () => {
  const people = range(rows).map((i) => ({ LastName: `Müller "${i}"`, Email: `js${i}@example.com`, B2C_Customer_ID__c: `js-${i}` }));
  people[7]!.LastName = "";
  const inserted = await load("insert", "Contact", people);
  assert.equal(inserted.successfulResults.length, rows - 1);
  assert.equal(inserted.unprocessedRecords.length, 0);
  assert.deepEqual(inserted.failedResults.map((row) => [row.sf__Id, row.sf__Error, row.Email]),
    [["", "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --", "js7@example.com"]]);
  assert.match(inserted.successfulResults[0]!.sf__Id, /^003\w{15}$/);
  assert.equal(inserted.successfulResults[0]!.sf__Created, "true");
  assert.equal(inserted.successfulResults[0]!.LastName, 'Müller "0"');

  const requests = range(rows).filter((i) => i !== 7).map((i) => ({
    Request_Key__c: `js-${i}`, "Contact__r.B2C_Customer_ID__c": `js-${i}`, Product_SKU__c: `SKU-${i % 50}`, Site__c: "Store",
  }));
  const upserted = await load("upsert", "Back_In_Stock__c", requests, { externalIdFieldName: "Request_Key__c" });
  assert.deepEqual([upserted.successfulResults.length, upserted.failedResults.slice(0, 1)], [rows - 1, []]);
  const again = await load("upsert", "Back_In_Stock__c", requests, { externalIdFieldName: "Request_Key__c" });
  assert.deepEqual(new Set(again.successfulResults.map((row) => row.sf__Created)), new Set(["false"]));

  const ids = inserted.successfulResults.map((row) => row.sf__Id as string);
  const updated = await load("update", "Contact", ids.map((Id) => ({ Id, Title: "Dr" })));
  assert.equal(updated.successfulResults.length, rows - 1);

  const found = await bulkQuery("SELECT Id, Contact__r.Title, Product_SKU__c, Status__c FROM Back_In_Stock__c WHERE Request_Key__c LIKE 'js-%'");
  assert.equal(found.length, rows - 1);
  assert.equal(new Set(found.map((row) => row.Id)).size, rows - 1);
  assert.deepEqual(new Set(found.map((row) => row["Contact__r.Title"])), new Set(["Dr"]));

  const removed = await load("delete", "Contact", ids.map((Id) => ({ Id })));
  assert.equal(removed.successfulResults.length, rows - 1);
  assert.deepEqual(await bulkQuery("SELECT Id FROM Contact WHERE B2C_Customer_ID__c LIKE 'js-%'"), []);
  const deleted = await bulkQuery("SELECT Id FROM Contact WHERE B2C_Customer_ID__c LIKE 'js-%'", { scanAll: true });
  assert.equal(deleted.length, rows - 1);
});

test("jsforce: other delimiters, a torn file, an aborted job", async () => {
  const job = connection.bulk2.createJob({ object: "Contact", operation: "insert", columnDelimiter: "PIPE", lineEnding: "CRLF" });
  await job.open();
  await job.uploadData("LastName|Email\r\nPipe|pipe@example.com\r\n");
  await job.close();
  await job.poll(200, 60_000);
  const info = await job.check();
  assert.deepEqual(
    [info.state, info.numberRecordsProcessed, info.numberRecordsFailed, info.jobType, info.apiVersion, info.columnDelimiter, info.apexProcessingTime],
    ["JobComplete", 1, 0, "V2Ingest", 59, "PIPE", 0]);
  assert.match(info.id, /^750\w{15}$/);
  assert.equal(info.contentUrl, `services/data/v59.0/jobs/ingest/${info.id}/batches`);

  const torn = connection.bulk2.createJob({ object: "Contact", operation: "insert" });
  await torn.open();
  await torn.uploadData("LastName,Email\nA,a@example.com\nB\n");
  await torn.close();
  await assert.rejects(torn.poll(200, 60_000), /InvalidBatch : line 3: the row has 1 fields, the header 2/);

  const aborted = connection.bulk2.createJob({ object: "Contact", operation: "insert" });
  await aborted.open();
  await aborted.abort();
  assert.equal((await aborted.check()).state, "Aborted");
  await aborted.delete();
  await assert.rejects(aborted.check(), { name: "NOT_FOUND" });
});

test("jsforce: refusals, and what a reader may", async () => {
  await assert.rejects(connection.bulk2.createJob({ object: "Nothing__c", operation: "insert" }).open(), { name: "INVALIDENTITY" });
  await assert.rejects(connection.bulk2.createJob({ object: "Contact", operation: "hardDelete" }).open(), { name: "FEATURENOTENABLED" });
  await assert.rejects(bulkQuery("SELECT Id FROM Nowhere"), { name: "INVALID_TYPE" });
  const reader = await salesforce.connect(analyst);
  reader.bulk2.pollInterval = 200;
  assert.equal((await bulkQuery("SELECT Id FROM Organization", {}, reader)).length, 1);
  await assert.rejects(reader.bulk2.createJob({ object: "Contact", operation: "insert" }).open(), /INSUFFICIENT_ACCESS|insufficient/i);
});

test("simple-salesforce: insert, upsert, update, query by pages, delete", async () => {
  const said = await salesforce.pythonAs(desk, "bulk.py", { rows }, 600_000);
  assert.deepEqual(said.insert, { processed: rows, failed: 1 });
  assert.equal(said.failed.LastName, "Bulk1");
  assert.match(said.failed.sf__Error, /^INVALID_EMAIL_ADDRESS:/);
  assert.equal(said.successful, rows - 1);
  // Its header is a set: another order in every process.
  assert.deepEqual(said.unprocessed.trimEnd().split(",").sort(), ['"B2C_Customer_ID__c"', '"Email"', '"LastName"']);
  assert.deepEqual(said.upsert, { processed: rows - 1, failed: 0 });
  assert.deepEqual(said.again, { processed: rows - 1, failed: 0 });
  assert.deepEqual(said.created_again, ["false"]);
  assert.deepEqual(said.update, { processed: rows - 1, failed: 0 });
  assert.deepEqual(said.query, { pages: 3, rows: rows - 1, different: rows - 1, titles: ["Ms"], columns: ["Id", "LastName", "Title", "Email"] });
  assert.deepEqual(said.delete, { processed: rows - 1, failed: 0 });
  assert.equal(said.left, 0);
});
