// Step 10, for files that are no catalog feed: uploaded by OpenSSH's sftp and by npm's ssh2 they go into a data extension as their
// definition says, over a kill too; what was refused can be downloaded, and Marketing Cloud's clients see the same.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import type SDK from "sfmc-sdk";
import ssh2 from "ssh2";
import { field, marketingCloud } from "./support/marketing_cloud.ts";
import { type Json, Stockbell, until } from "./support/stockbell.ts";

const run = promisify(execFile);
let bell: Stockbell;
let account: { name: string; password: string };
let sdk: SDK;

before(async () => {
  bell = await Stockbell.start();
  account = await bell.api("POST", "/sftp-accounts", { name: "merchant" });
  sdk = await marketingCloud(bell, "admin", "imports", { requestAttempts: 2 });
  await bell.api("POST", "/data-extensions", { name: "Prices", key: "Prices", fields: fields.slice(0, 2) });
});
after(() => bell.stop());

const fields = [{ name: "Sku", length: 40, key: true }, { name: "Price", type: "Decimal", length: 9, scale: 2 }, { name: "Since", type: "Date" }];

test("a data extension is made, found, given another field", async () => {
  const url = "/data-extensions/Prices", columns = (one: Json) => one.fields.map((field: Json) => field.name);
  await assert.rejects(bell.api("POST", "/data-extensions", { name: "X", fields: [{ name: "A", kind: "Text" }] }), /422.*fields\[0\].kind is not known/);
  assert.deepEqual((await bell.api("GET", "/data-extensions?search=prices")).items.map((one: Json) => [one.key, one.kind]), [["Prices", "own"]]);
  await assert.rejects(bell.api("PUT", url, { name: "Prices", fields: fields.slice(1) }), /422.*stay as they are/);
  await sdk.rest.post("/hub/v1/dataevents/key:Prices/rowset", [{ keys: { Sku: "OLD" }, values: { Price: "1" } }]);
  const changed = await bell.api("PUT", url, { name: "Price list", fields: [...fields, { name: "Shop", nullable: false, default: "main" }] });
  assert.deepEqual([changed.name, columns(changed)], ["Price list", ["Sku", "Price", "Since", "Shop"]]);
  const page = await bell.api("GET", `${url}/rows?filter=${encodeURIComponent("Sku eq 'OLD'")}`);
  assert.deepEqual([page.count, page.items, page.next_cursor], [1, [{ Sku: "OLD", Price: "1.00", Since: null, Shop: "main" }], null]);
  await assert.rejects(bell.api("DELETE", "/data-extensions/Contact_Salesforce"), /422.*not one to delete/);
  await assert.rejects(bell.api("GET", "/data-extensions/_Sent"), /404/);
});

async function upload(name: string, content: string): Promise<void> {
  const file = path.join(bell.directory, name), batch = path.join(bell.directory, "batch");
  writeFileSync(file, content);
  writeFileSync(batch, `cd Import\nput ${file} ${name}\n`);
  await run("sshpass", ["-p", account.password, "sftp", "-P", String(bell.sftpPort), "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
    "-o", "PreferredAuthentications=password", "-o", "BatchMode=no", "-b", batch, `${account.name}@127.0.0.1`]);
}

async function uploadBySsh2(name: string, content: string): Promise<void> {
  const client = new ssh2.Client();
  await new Promise<void>((ready, failed) => client.on("ready", () => ready()).on("error", failed)
    .connect({ host: "127.0.0.1", port: bell.sftpPort, username: account.name, password: account.password }));
  try {
    await new Promise<void>((done, failed) => client.sftp((error, sftp) =>
      error ? failed(error) : sftp.writeFile(`Import/${name}`, content, (wrong) => (wrong ? failed(wrong) : done()))));
  } finally {
    client.end();
  }
}

const runOf = (definition: string, file: string, ...states: string[]): Promise<Json> =>
  until(`${file} is ${states.join(" or ")}`, async () => {
    const { items } = await bell.api("GET", `/import-definitions/${definition}/runs`);
    const found = items.find((one: Json) => one.file === file);
    if (!states.includes(found?.state)) throw new Error(JSON.stringify(items));
    return found;
  });

const prices = async () => {
  const { items } = await sdk.rest.get("/data/v1/customobjectdata/key/Prices/rowset?$orderBy=Sku&$pageSize=2500");
  return items.map((row: Json) => `${row.keys.sku} ${row.values.price}`);
};

test("a definition is checked, listed beside the catalog feed, changed", async () => {
  const wanted = { name: "Price list", key: "prices", file_name: "prices_%%Year%%%%Month%%%%Day%%*.csv", destination: "Prices",
    format: { delimiter: ";" }, mapping: [{ from: "Article", to: "Sku" }, { from: "Price EUR", to: "Price" }], action: "overwrite", refused_limit: 2 };
  await assert.rejects(bell.api("POST", "/import-definitions", { ...wanted, file_name: "*.psv" }), /422.*catalog feed/);
  await assert.rejects(bell.api("POST", "/import-definitions", { ...wanted, destination: "Nowhere" }), /422.*no data extension with this key/);
  const made = await bell.api("POST", "/import-definitions", wanted);
  await assert.rejects(bell.api("POST", "/import-definitions", wanted), /409/);
  const { items } = await bell.api("GET", "/import-definitions");
  assert.deepEqual(items.map((one: Json) => [one.key, one.built_in]), [["Catalog_Feed", true], ["prices", false]]);
  const changed = await bell.api("PUT", `/import-definitions/${made.id}`, { ...wanted, refused_limit: 1 });
  assert.deepEqual([changed.refused_limit, changed.key, changed.rules.duplicate], [1, "prices", "ignore"]);
});

test("a file uploaded by sftp replaces the rows; one with too many flaws leaves them, and tells each", async () => {
  await upload("prices_20260101.csv", "Article;Price EUR;Colour\nA;1.50;red\nB;2;blue\n");
  const done = await runOf("prices", "prices_20260101.csv", "completed");
  assert.deepEqual([done.total_rows, done.successful, done.errors, done.import_status, done.started_by], [2, 2, 0, "Completed", "file"]);
  assert.deepEqual(await prices(), ["A 1.50", "B 2.00"]);
  await uploadBySsh2("prices_20260102.csv", 'Article;Price EUR\nC;cheap\n;3\nD;"4\n');
  assert.match((await runOf("prices", "prices_20260102.csv", "failed")).reason, /a quote is opened and never closed/);
  await uploadBySsh2("prices_20260103.csv", "Article;Price EUR\nC;cheap\n;3\nD;4;5\n");
  const failed = await runOf("prices", "prices_20260103.csv", "failed");
  assert.equal(failed.reason, "3 of 3 rows were refused, more than 1; nothing was imported");
  assert.deepEqual(await prices(), ["A 1.50", "B 2.00"]);
  const file = await bell.call("GET", `/api/v1/import-runs/${failed.id}/errors.csv`, undefined, { Authorization: `Bearer ${bell.key}` });
  assert.match(file.headers.get("content-type")!, /^text\/csv/);
  assert.match(file.headers.get("content-disposition")!, /attachment; filename="import-\d+-errors.csv"/);
  assert.deepEqual(file.text.split("\r\n").map((line) => line.split(",").slice(0, 3).join(",")),
    ["line,column,reason", '2,"Price",value-invalid', '3,"Sku",key-missing', '4,"",row-width', ""]);
  assert.ok(!file.text.includes("cheap"), "no value of a row is told");
  assert.ok((await bell.api("GET", "/feed-imports")).items.every((one: Json) => !one.file.startsWith("prices")), "none was taken for a catalog feed");
});

test("an older file is held, released or discarded; the same again is ignored", async () => {
  await upload("prices_20251231.csv", "Article;Price EUR\nOLD;1\n");
  const held = await runOf("prices", "prices_20251231.csv", "held");
  assert.match(held.reason, /newer by its name/);
  assert.equal((await bell.api("POST", `/import-runs/${held.id}/discard`)).state, "discarded");
  await assert.rejects(bell.api("POST", `/import-runs/${held.id}/release`), /409.*import-not-held/);
  await upload("prices_20260104.csv", "Article;Price EUR;Colour\nA;1.50;red\nB;2;blue\n");
  assert.equal((await runOf("prices", "prices_20260104.csv", "ignored")).reason, "the file is the same as the last one that was imported");
  assert.deepEqual(await prices(), ["A 1.50", "B 2.00"]);
});

test("a large file over a kill: every row once", async () => {
  await bell.api("POST", "/import-definitions", { name: "Changes", key: "changes", file_name: "changes_%%Sequence%%.csv", destination: "Prices", action: "add" });
  const rows = Array.from({ length: 60_000 }, (_, i) => `N${String(i).padStart(5, "0")},${i}`);
  await uploadBySsh2("changes_7.csv", `Sku,Price\n${rows.join("\n")}\n`);
  await runOf("changes", "changes_7.csv", "queued", "running", "completed");
  await bell.killAndRestart();
  const done = await runOf("changes", "changes_7.csv", "completed");
  assert.deepEqual([done.total_rows, done.successful, done.errors], [60_000, 60_000, 0]);
  assert.equal((await sdk.rest.get("/data/v1/customobjectdata/key/Prices/rowset?$pageSize=1")).count, 60_002);
});

test("Marketing Cloud's client starts an import, a query and an automation, and reads what came of them", async () => {
  const made = await bell.api("POST", "/import-definitions", { name: "By hand", key: "by-hand", file_name: "hand_*.csv", destination: "Prices", on_arrival: false });
  const nothing: Json = await (sdk.soap.perform("ImportDefinition", "start", { CustomerKey: "by-hand" }) as Promise<Json>).catch((error: Json) => error);
  assert.deepEqual([nothing.json.OverallStatus, nothing.json.Results[0].Result.StatusMessage], ["Error", "no file waits for this import: upload hand_*.csv"]);
  await upload("hand_1.csv", "Sku,Price,Since\nA,7,2026-01-31\nZ,9,never\n");
  await runOf("by-hand", "hand_1.csv", "waiting");
  const answer: Json = await sdk.soap.perform("ImportDefinition", "start", { ObjectID: made.id });
  const task = answer.Results[0].Result.Task;
  assert.deepEqual([answer.OverallStatus, task.StatusCode], ["OK", "OK"]);
  await runOf("by-hand", "hand_1.csv", "completed");
  const summary = await sdk.soap.retrieve("ImportResultsSummary",
    ["ImportDefinitionCustomerKey", "TaskResultID", "ImportStatus", "TotalRows", "NumberSuccessful", "NumberDuplicated", "NumberErrors", "DestinationID"],
    { filter: { leftOperand: "ImportDefinitionCustomerKey", operator: "equals", rightOperand: "by-hand" } });
  assert.deepEqual(summary.Results.map((one: Json) => [String(one.TaskResultID), one.ImportStatus, one.TotalRows, one.NumberSuccessful, one.NumberDuplicated, one.NumberErrors, one.DestinationID]),
    [[String(task.ID), "Completed", 2, 1, 0, 1, "Prices"]]);
  const [definition] = (await sdk.soap.retrieve("ImportDefinition", ["ObjectID", "CustomerKey", "Name", "FileSpec", "UpdateType"],
    { filter: { leftOperand: "CustomerKey", operator: "equals", rightOperand: "prices" } })).Results;
  assert.deepEqual([definition.Name, definition.FileSpec, definition.UpdateType], ["Price list", "prices_%%Year%%%%Month%%%%Day%%*.csv", "Overwrite"]);

  await sdk.rest.post("/data/v1/customObjects", { name: "Dear", key: "Dear", fields: [field("Sku", "Text", { length: 40, isPrimaryKey: true })] });
  const query = await sdk.rest.post("/automation/v1/queries", { name: "Dear", key: "dear", queryText: "SELECT Sku FROM Prices WHERE Price = 7", targetKey: "Dear", targetUpdateTypeId: 0 });
  assert.equal(((await sdk.soap.perform("QueryDefinition", "start", { ObjectID: query.queryDefinitionId })) as Json).OverallStatus, "OK");
  await until("the query has run", async () => (await sdk.rest.get("/data/v1/customobjectdata/key/Dear/rowset")).count === 2);
});

test("an automation imports the file that it waited for, and says why a step failed", async () => {
  const definition = await bell.api("POST", "/import-definitions", { name: "Triggered", key: "triggered", file_name: "%%FILENAME_FROM_TRIGGER%%", on_arrival: false, destination: "Prices", action: "update" });
  const automation = await sdk.rest.post("/automation/v1/automations", { name: "On a file", key: "on-a-file",
    steps: [{ activities: [{ objectTypeId: 43, name: "import", activityObjectId: definition.id }] }],
    fileTrigger: { fileNamingPattern: "night_", fileNamePatternType: "BeginsWith" } });
  const last = (file: string, status: string) => until(`the run of ${file} is ${status}`, async () => {
    const { items } = await sdk.rest.get(`/automation/v1/automations/${automation.id}/runs`);
    return items.find((one: Json) => one.fileName === file && one.status === status);
  });
  await upload("night_1.csv", "Sku,Price\nA,11\n");
  assert.equal((await last("night_1.csv", "Complete")).startedBy, "file");
  assert.ok((await prices()).includes("A 11.00"));
  await upload("night_2.csv", "Price\n12\n");
  assert.equal((await last("night_2.csv", "Error")).errorMessage,
    "step 1: the import of night_2.csv failed: the file has no column Sku, which the data extension needs");
  const [seen] = (await sdk.soap.retrieve("Automation", ["ObjectID", "CustomerKey", "Name", "Status"])).Results;
  assert.deepEqual([String(seen.ObjectID), seen.CustomerKey, seen.Status], [automation.id, "on-a-file", 7]);
});
