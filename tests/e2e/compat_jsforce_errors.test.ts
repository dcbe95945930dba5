// What jsforce, unmodified, is told when something is wrong; and how it goes on when its token has ended.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import jsforce, { type Connection } from "jsforce";
import { type Client, Salesforce } from "./support/salesforce.ts";
import type { Json } from "./support/stockbell.ts";

let salesforce: Salesforce;
let desk: Client;
let connection: Connection;

before(async () => {
  salesforce = await Salesforce.start();
  desk = await salesforce.client("admin", "desk");
  connection = await salesforce.connect(desk);
});
after(() => salesforce.stop());

const create = async (object: string, record: Json): Promise<string> => ((await connection.create(object, record)) as Json).id;

// The failure must be this error of Salesforce, with these fields.
async function fails(call: PromiseLike<unknown>, errorCode: string, message: string | RegExp, fields?: string[]): Promise<Json> {
  let told: Json;
  await assert.rejects(Promise.resolve(call), (error: Json) => {
    told = error;
    return true;
  });
  assert.equal(told.errorCode, errorCode, told.message);
  if (typeof message === "string") assert.equal(told.message, message);
  else assert.match(told.message, message);
  if (fields) assert.deepEqual(told.data.fields, fields);
  return told;
}

test("queries: the place of the mistake", async () => {
  await fails(connection.query("SELECT Id, FROM Contact"), "MALFORMED_QUERY",
    /^\nSELECT Id, FROM Contact\n {11}\^\nERROR at Row:1:Column:12\nunexpected token: 'FROM'/);
  await fails(connection.query("SELECT Id\nFROM Contact\nWHERE Name = 'x"), "MALFORMED_QUERY", /ERROR at Row:3:Column:\d+/);
  await fails(connection.query("SELECT Nope__c FROM Contact"), "INVALID_FIELD",
    /\^\nERROR at Row:1:Column:8\nNo such column 'Nope__c' on entity 'Contact'/);
  await fails(connection.query("SELECT Id FROM Contact WHERE Account.Nope = 1"), "INVALID_FIELD", /No such column 'Nope' on entity 'Account'/);
  await fails(connection.query("SELECT Id FROM Nothing"), "INVALID_TYPE", /sObject type 'Nothing' is not supported/);
  await fails(connection.query("SELECT Id FROM Contact WHERE CreatedDate > 'yesterday'"), "INVALID_FIELD", /./);
  await fails(connection.query("SELECT Id FROM Contact OFFSET 2001"), "NUMBER_OUTSIDE_VALID_RANGE", /2000/);
  await fails(connection.query(""), "MALFORMED_QUERY", /./);
});

test("rows: what is missing, too long, no address, not unique, of no object", async () => {
  await fails(connection.create("Contact", { FirstName: "Ada" }), "REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", ["LastName"]);
  const both = await fails(connection.create("Back_In_Stock__c", { Quantity__c: 1 }), "REQUIRED_FIELD_MISSING", /^Required fields are missing: \[.+\]$/);
  assert.deepEqual([...both.data.fields].sort(), ["Contact__c", "Product_SKU__c"]);
  await fails(connection.create("Contact", { LastName: "x".repeat(81) }), "STRING_TOO_LONG", /max length=80/, ["LastName"]);
  await fails(connection.create("Contact", { LastName: "A", Email: "nobody" }), "INVALID_EMAIL_ADDRESS", /invalid email address/, ["Email"]);
  await fails(connection.create("Contact", { LastName: "A", Shoe_Size__c: 7 } as Json), "INVALID_FIELD", "No such column 'Shoe_Size__c' on sobject of type Contact");
  await fails(connection.create("Nothing", { Name: "A" }), "NOT_FOUND", "The requested resource does not exist");
  await fails(connection.create("User", { Name: "A" }), "INSUFFICIENT_ACCESS_OR_READONLY", /./);
  const known = await create("Contact", { LastName: "Unique", B2C_Customer_ID__c: "U-1" });
  await fails(connection.create("Contact", { LastName: "Second", B2C_Customer_ID__c: "u-1" }), "DUPLICATE_VALUE",
    `duplicate value found: B2C_Customer_ID__c duplicates value on record with id: ${known}`);
  // Several mistakes of one row are told together.
  const many = await fails(connection.create("Contact", { LastName: "x".repeat(81), Email: "nobody" }), "MULTIPLE_API_ERRORS", /./);
  assert.deepEqual(many.data.map((error: Json) => error.errorCode).sort(), ["INVALID_EMAIL_ADDRESS", "STRING_TOO_LONG"]);
});

test("ids: none such, mistyped, of another object", async () => {
  const id = await create("Contact", { LastName: "Here" });
  const gone = await create("Contact", { LastName: "Gone" });
  await connection.destroy("Contact", gone);
  const wrong = id.slice(0, 17) + (id.endsWith("5") ? "4" : "5");
  await fails(connection.retrieve("Contact", wrong), "MALFORMED_ID", `malformed id ${wrong}`);
  await fails(connection.update("Contact", { Id: wrong, Title: "x" } as Json), "MALFORMED_ID", /./);
  await fails(connection.retrieve("Contact", "003000000000001AAA"), "NOT_FOUND", "The requested resource does not exist");
  await fails(connection.retrieve("Contact", "nonsense"), "NOT_FOUND", /^Provided external ID field does not exist or is not accessible: nonsense$/);
  await fails(connection.destroy("Contact", gone), "ENTITY_IS_DELETED", "entity is deleted");
  await fails(connection.create("Back_In_Stock__c", { Contact__c: gone, Product_SKU__c: "S" }), "ENTITY_IS_DELETED", "entity is deleted");
  await fails(connection.create("Back_In_Stock__c", { Contact__c: "003000000000001AAA", Product_SKU__c: "S" }), "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id");
  await fails(connection.create("Back_In_Stock__c", { Contact__c: wrong, Product_SKU__c: "S" }), "MALFORMED_ID", /./, ["Contact__c"]);
  await fails(connection.upsert("Contact", { Title: "no key", LastName: "x" } as Json, "Title"), "NOT_FOUND", /external ID field does not exist/);
});

test("a status of the picklist, and only forward", async () => {
  const contact = await create("Contact", { LastName: "Forward" });
  await fails(connection.create("Back_In_Stock__c", { Contact__c: contact, Product_SKU__c: "S", Status__c: "Happy" }),
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", /bad value for restricted picklist field/, ["Status__c"]);
  const id = await create("Back_In_Stock__c", { Contact__c: contact, Product_SKU__c: "S" });
  const move = (status: string) => connection.update("Back_In_Stock__c", { Id: id, Status__c: status } as Json);
  await move("Sent");
  await move("Opened");
  await fails(move("Sent"), "FIELD_CUSTOM_VALIDATION_EXCEPTION", "Status__c moves only forward: Opened cannot become Sent", ["Status__c"]);
  await move("Opened");  // the status it has is no move
  const row = (await connection.retrieve("Back_In_Stock__c", id)) as Json;
  assert.equal(row.Status__c, "Opened");
  assert.ok(row.Sent_Date__c && row.Opened_Date__c && !row.Clicked_Date__c);
  const second = await create("Back_In_Stock__c", { Contact__c: contact, Product_SKU__c: "T" });
  await fails(connection.create("Back_In_Stock__c", { Contact__c: contact, Product_SKU__c: "T" }), "DUPLICATE_VALUE", new RegExp(second));
});

test("a duplicate rule stops a second contact, unless told otherwise", async () => {
  const first = await create("Contact", { LastName: "Twin", Email: "twin@example.com" });
  const again = { LastName: "Twin", Email: "TWIN@example.com" };
  const told = await fails(connection.create("Contact", again), "DUPLICATES_DETECTED", /./);
  const result = told.data.duplicateResut;  // the spelling that clients look for
  assert.deepEqual([result.allowSave, result.duplicateRuleEntityType, result.matchResults[0].entityType, result.matchResults[0].success], [true, "Contact", "Contact", true]);
  assert.equal(result.matchResults[0].matchRecords[0].record.Id, first);
  const saved = (await connection.create("Contact", again, { headers: { "Sforce-Duplicate-Rule-Header": "allowSave=true; includeRecordDetails=true" } })) as Json;
  assert.ok(saved.success);
  assert.ok(((await connection.update("Contact", { Id: saved.id, Title: "Dr" } as Json)) as Json).success, "no rule looks at a title");
  await fails(connection.update("Contact", { Id: saved.id, Email: "twin+x@gmail.com" } as Json).then(() => connection.update("Contact", { Id: saved.id, Email: "twin@example.com" } as Json)),
    "DUPLICATES_DETECTED", /./);
  const many = (await connection.create("Contact", [again, { LastName: "Alone" }] as Json[])) as Json[];
  assert.deepEqual(many.map((row) => row.success), [false, true]);
  assert.equal(many[0]!.errors[0].statusCode, "DUPLICATES_DETECTED");
});

test("a token that has ended: signed in again once, and on", async () => {
  let logins = 0;
  const lasting: Connection = new jsforce.Connection({
    loginUrl: salesforce.bell.url, version: "59.0",
    refreshFn: (_, done) => {
      logins += 1;
      salesforce.connect(desk).then((fresh) => done(null, fresh.accessToken!), done);
    },
  });
  const first = await salesforce.connect(desk);
  Object.assign(lasting, { instanceUrl: first.instanceUrl, accessToken: first.accessToken });
  await first.logoutByOAuth2();
  const id = ((await lasting.create("Contact", { LastName: "Refreshed" })) as Json).id;  // a POST is replayed, too
  assert.equal(logins, 1);
  assert.equal(((await lasting.retrieve("Contact", id)) as Json).LastName, "Refreshed");
  assert.equal(await lasting.sobject("Contact").count({ LastName: "Refreshed" }), 1);
  assert.equal(logins, 1);
  lasting.accessToken = "00D!forged";
  await Promise.all([1, 2, 3, 4].map(() => lasting.limits()));
  assert.equal(logins, 2);
  const bare = new jsforce.Connection({ instanceUrl: salesforce.url, accessToken: "00D!forged", version: "59.0" });
  await fails(bare.limits(), "INVALID_SESSION_ID", "Session expired or invalid");
});

test("a client that may only read is refused with 403, never asked to sign in again", async () => {
  let logins = 0;
  const reader = salesforce.connection(desk);
  await reader.authorize({ grant_type: "client_credentials", scope: "readonly" });
  const counted: Connection = new jsforce.Connection({
    instanceUrl: reader.instanceUrl, accessToken: reader.accessToken!, version: "59.0",
    refreshFn: (_, done) => {
      logins += 1;
      done(new Error("asked to sign in again"));
    },
  });
  const id = await create("Contact", { LastName: "Read" });
  assert.equal(((await counted.retrieve("Contact", id)) as Json).LastName, "Read");
  assert.equal(await counted.sobject("Contact").count({ LastName: "Read" }), 1);
  const flow = { inputs: [{ Email: "reader@example.com", Product_SKU__c: "S" }] };
  for (const call of [
    () => counted.create("Contact", { LastName: "No" }), () => counted.create("Contact", [{ LastName: "No" }]),
    () => counted.update("Contact", { Id: id, Title: "No" } as Json), () => counted.destroy("Contact", id),
    () => counted.upsert("Contact", { B2C_Customer_ID__c: "No", LastName: "No" } as Json, "B2C_Customer_ID__c"),
    () => counted.requestPost("/actions/custom/flow/BackInStockRequest", flow),
  ]) await fails(call(), "INSUFFICIENT_ACCESS", /^insufficient access rights/);
  const parts: Json = await counted.requestPost("/composite", { compositeRequest: [
    { method: "GET", url: `/services/data/v59.0/sobjects/Contact/${id}`, referenceId: "a" },
    { method: "DELETE", url: `/services/data/v59.0/sobjects/Contact/${id}`, referenceId: "b" }] });
  assert.deepEqual(parts.compositeResponse.map((part: Json) => part.httpStatusCode), [200, 403]);
  assert.equal(logins, 0);
  assert.equal(await counted.sobject("Contact").count({ LastName: "No" }), 0);
});
