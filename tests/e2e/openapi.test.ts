// docs/openapi.yaml is true: it has every route and no other, and a running server answers as it says.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { conforms, document, fits, follow, operations, plain, sourceRoutes } from "./support/openapi.ts";
import { type Answer, type Json, Stockbell, until } from "./support/stockbell.ts";

const run = promisify(execFile);
let bell: Stockbell;
let keys: Record<"admin" | "readonly" | "intake", string>;
let links: { open: string; click: string; unsubscribe: string };
let request: Json;

// A call whose answer must be documented.
async function call(method: string, where: string, body?: Json, headers: Record<string, string> = {}): Promise<Answer> {
  const answer = await bell.call(method, where, body, headers);
  conforms(method, where, answer);
  return answer;
}

const as = (role: keyof typeof keys) => ({ Authorization: `Bearer ${keys[role]}` });
const form = { "Content-Type": "application/x-www-form-urlencoded" };

// A path that fits the pattern and names nothing that exists.
const sample = (pattern: string) => pattern.replace(/\{\w+\}/g, "0");

before(async () => {
  bell = await Stockbell.start({ STOCKBELL_ENGAGEMENT_RESTOCK_RULES: '[{"skus": ["S3"], "minimum_quantity": 100}]' });
  keys = { admin: bell.key, readonly: "", intake: "" };
  for (const role of ["readonly", "intake"] as const)
    keys[role] = (await call("POST", "/api/v1/keys", { role, name: role }, as("admin"))).json.key;
});
after(() => bell.stop());

test("the document has every route of the sources and no other", () => {
  const documented = operations.map((one) => `${one.method} ${one.pattern}`).sort();
  const inSources = [...sourceRoutes()].sort();
  assert.ok(inSources.length > 40, `only ${inSources.length} routes were found in the sources`);
  assert.deepEqual(documented, inSources);
});

test("the document holds together", () => {
  const names = operations.map((one) => one.spec.operationId);
  assert.equal(new Set(names).size, names.length, "operationId is unique");
  for (const { method, pattern, spec } of operations) {
    const parameters = (spec.parameters ?? []).map(follow);
    const inPath = parameters.filter((one: Json) => one.in === "path").map((one: Json) => `{${one.name}}`);
    assert.deepEqual(inPath, pattern.match(/\{\w+\}/g) ?? [], `${method} ${pattern}`);
    for (const response of Object.values(spec.responses).map(follow))
      for (const media of Object.values<Json>(response.content ?? {})) plain(media.schema);
    for (const media of Object.values<Json>(follow(spec.requestBody)?.content ?? {})) plain(media.schema);
    assert.ok(spec.security || spec["x-stockbell-role"], `${method} ${pattern} does not say who may call it`);
  }
  const text = JSON.stringify(document);
  assert.ok(!text.includes(":null"), "an unquoted comma ended a value");
  for (const [kind, entries] of Object.entries<Json>(document.components))
    if (kind !== "securitySchemes")
      for (const name of Object.keys(entries)) assert.ok(text.includes(`"#/components/${kind}/${name}"`), `${kind}/${name} is used`);
});

test("the server takes at each path the methods documented", async () => {
  for (const pattern of Object.keys(document.paths)) {
    const answer = await bell.call("PATCH", sample(pattern));
    assert.equal(answer.status, 405, pattern);
    const takes = operations.filter((one) => fits(one.pattern, sample(pattern))).map((one) => one.method);
    const allowed = answer.headers.get("allow")!.split(", ").filter((method) => method !== "HEAD");
    assert.deepEqual([...new Set(allowed)].sort(), [...new Set(takes)].sort(), pattern);
    plainProblem(answer);
  }
});

function plainProblem(answer: Answer): void {
  assert.match(answer.headers.get("content-type")!, /^application\/problem\+json/);
  for (const field of document.components.schemas.Problem.required) assert.ok(field in answer.json, answer.text);
  assert.equal(answer.json.status, answer.status);
}

test("each route asks for the role documented", async () => {
  for (const { method, pattern, spec } of operations) {
    const role = spec["x-stockbell-role"];
    if (!["readonly", "admin"].includes(role)) continue;
    const nobody = await call(method, sample(pattern));
    assert.equal(nobody.status, 401, `${method} ${pattern}`);
    const weak = await call(method, sample(pattern), undefined, as(role === "admin" ? "readonly" : "intake"));
    assert.equal(weak.status, 403, `${method} ${pattern}`);
    if (role === "readonly")
      assert.ok(![401, 403].includes((await call(method, sample(pattern), undefined, as("readonly"))).status), `${method} ${pattern}`);
  }
});

test("before anything happened the lists answer as documented", async () => {
  for (const { method, pattern, spec } of operations)
    if (method === "GET" && spec["x-stockbell-role"] === "readonly" && !pattern.includes("{"))
      assert.equal((await call("GET", pattern, undefined, as("readonly"))).status, 200, pattern);
});

test("a walk down the road: intake, stock, imports, feed", async () => {
  const variants = [{ sku: "S1", color: "Red" }, { sku: "S2", color: "Blue" }, { sku: "S3", color: "Green" }];
  const started = await call("POST", "/api/v1/imports/catalog?file_name=c.xml", catalogXml("M1", "Wool Scarf", variants), as("admin"));
  assert.equal(started.headers.get("location"), `/api/v1/imports/${started.json.id}`);
  await until("the catalog is read", async () => (await call("GET", `/api/v1/imports/${started.json.id}`, undefined, as("readonly"))).json.state === "done");
  await bell.importFile("inventory", inventoryXml({ S1: 0, S2: 3 }));
  const flawed = await bell.importFile("inventory", "sku,quantity\nS3,many\n", "text/csv");
  const seen = await call("GET", `/api/v1/imports/${flawed.id}`, undefined, as("readonly"));
  assert.equal(seen.json.errors.length, 1);
  await call("POST", "/api/v1/inventory", '{"sku":"S2","quantity":4}\n{"quantity":4}\n', as("admin"));
  await call("POST", "/api/v1/feeds/catalog/run", undefined, as("admin"));

  assert.equal((await call("POST", "/api/v1/notification-requests", { sku: "S1", email: "ada@example.com", first_name: "Ada" })).status, 202);
  await call("POST", "/api/v1/notification-requests", "sku=S1&email=bob%40example.com", form);
  await call("POST", "/api/v1/notification-requests", "sku=S3&email=eve%40example.com", form);
  await bell.requestOf("ada@example.com", "Requested");
  await bell.requestOf("eve@example.com", "Requested");
  await call("PUT", "/api/v1/inventory/S3", { quantity: 0 }, as("admin"));
  await call("PUT", "/api/v1/inventory/S3", { quantity: 2 }, as("admin"));
  await until("a rule holds it", async () => (await call("GET", "/api/v1/restocks/held?sku=S3&ended=yes", undefined, as("readonly"))).json.items.length > 0);
  await call("PUT", "/api/v1/inventory/S3", { quantity: 0 }, as("admin"));
  await call("POST", `/api/v1/requests/${(await bell.requestOf("eve@example.com", "Requested")).id}/cancel`, undefined, as("admin"));
  assert.ok((await call("GET", "/api/v1/demand", undefined, as("readonly"))).json.length > 0);

  await until("the feed is imported", async () => (await bell.api("GET", "/feed-imports")).items.some((row: Json) => row.rows_read > 0));
  await call("PUT", "/api/v1/inventory/S1", { quantity: 5 }, as("admin"));
  request = await bell.requestOf("ada@example.com", "Sent");
  const mail = await until("the message is in the mailbox", async () => (await bell.mailbox()).find((one) => one.recipient === "ada@example.com"));
  const whole = await call("GET", `/api/v1/mailbox/${mail.id}`, undefined, as("readonly"));
  const link = (kind: string) => new URL(whole.json.html.match(new RegExp(`https?://[^"\\s]+/${kind}/[^"\\s<>]+`))[0]).pathname;
  links = { open: link("o"), click: link("c"), unsubscribe: link("u") };
});

test("a feed with a bad line is shown with its line", async () => {
  const account = (await call("POST", "/api/v1/sftp-accounts", { name: "merchant" }, as("admin"))).json;
  const file = path.join(bell.directory, "bad.psv");
  writeFileSync(file, "SiteID|ProductID|ProductName|ProductLink|ImageLink|RegularPrice|InStock|ATS\ndefault|S9|Scarf|http://x/9||1.00|N|many\n");
  await run("curl", ["-sS", "-k", "-u", `${account.name}:${account.password}`, "-T", file, `sftp://127.0.0.1:${bell.sftpPort}/Import/bad.psv`]);
  const done = await until("the feed is read", async () =>
    (await bell.api("GET", "/feed-imports")).items.find((row: Json) => row.name === "bad.psv" && row.rows_refused > 0));
  assert.equal((await call("GET", `/api/v1/feed-imports/${done.id}`, undefined, as("readonly"))).status, 200);
  const lines = await call("GET", `/api/v1/feed-imports/${done.id}/errors`, undefined, as("readonly"));
  assert.equal(lines.json.items[0].line, 2);
});

test("an account of the SFTP server goes its way as documented", async () => {
  const where = "/api/v1/sftp-accounts/supplier";
  assert.equal((await call("POST", "/api/v1/sftp-accounts", { name: "supplier", own_folder: true, quota_mb: 5 }, as("admin"))).status, 201);
  assert.equal((await call("PUT", `${where}/public-keys`, { public_keys: [] }, as("admin"))).status, 204);
  assert.equal((await call("PUT", `${where}/public-keys`, { public_keys: ["none"] }, as("admin"))).status, 422);
  assert.ok((await call("POST", `${where}/password`, undefined, as("admin"))).json.password);
  const { items } = (await call("GET", "/api/v1/sftp-accounts", undefined, as("admin"))).json;
  assert.ok(items.some((one: Json) => one.name === "supplier" && one.own_folder && one.quota_mb === 5), JSON.stringify(items));
  assert.equal((await call("DELETE", where, undefined, as("admin"))).status, 204);
  assert.equal((await call("DELETE", where, undefined, as("admin"))).status, 404);
});

test("an import job runs as documented", async () => {
  const started = await call("POST", "/api/v1/import-jobs/ImportCatalog/runs", undefined, as("admin"));
  assert.equal(started.status, 202, started.text);
  await until("the run has ended", async () =>
    (await call("GET", `/api/v1/import-job-runs/${started.json.id}`, undefined, as("readonly"))).json.finished_at);
  assert.equal((await call("POST", "/api/v1/import-jobs/Nothing/runs", undefined, as("admin"))).status, 404);
});

test("every GET answers with rows as documented", async () => {
  // Empty while the CRM takes what it is given and nobody looks like somebody else (duplicates.test.ts).
  const none = new Set(["/api/v1/intake-outbox", "/api/v1/duplicate-sets", "/api/v1/contact-merges"]);
  for (const { method, pattern, spec } of operations) {
    if (method !== "GET" || spec["x-stockbell-role"] !== "readonly" || pattern.includes("{")) continue;
    if (pattern === "/api/v1/demand") continue;  // seen while somebody waited
    const answer = await call("GET", pattern === "/api/v1/restocks/held" ? `${pattern}?ended=yes` : pattern, undefined, as("readonly"));
    assert.equal(answer.status, 200, pattern);
    if (answer.json.items && !none.has(pattern)) assert.ok(answer.json.items.length > 0, `${pattern} has a row`);
  }
  for (const where of ["/timeline", "/explanation", ""])
    assert.equal((await call("GET", `/api/v1/requests/${request.id}${where}`, undefined, as("readonly"))).status, 200);
  assert.equal((await call("GET", `/api/v1/engagement/requests/${request.id}/explanation`, undefined, as("readonly"))).status, 200);
  for (const name of ["Contact_Salesforce", "Back_In_Stock__c_Salesforce"]) {
    const rows = await call("GET", `/api/v1/data-extensions/${name}/rows`, undefined, as("readonly"));
    assert.ok(rows.json.items.length >= 3, `${name} has a row for each`);
  }
  assert.equal((await call("GET", "/api/v1/availability?sku=S1&sku=NOPE")).status, 200);
  const page = await call("GET", "/api/v1/products?limit=1", undefined, as("readonly"));
  assert.equal((await call("GET", `/api/v1/products?limit=1&cursor=${page.json.next_cursor}`, undefined, as("readonly"))).json.items.length, 1);
});

test("pages, files and health answer as documented", async () => {
  const pages = ["/", "/products/M1", "/products/NOPE", "/console", "/console/", "/api/v1/widget.js", "/healthz", "/readyz",
    "/assets/nothing.css", "/pictures/nothing.svg", "/console/nothing.js"];
  for (const where of pages) await call("GET", where);
  const shop = (await call("GET", "/")).text.match(/\/assets\/[^"]+/)![0];
  assert.equal((await call("GET", shop)).status, 200);
  assert.equal((await call("POST", "/cart", "sku=S2", form)).status, 200);
  assert.equal((await call("POST", "/cart", "sku=S3", form)).status, 409);
  assert.equal((await call("POST", "/cart", "sku=NOPE", form)).status, 404);
});

test("tracked addresses answer as documented", async () => {
  assert.equal((await call("GET", links.open)).status, 200);
  assert.equal((await call("GET", links.click)).status, 302);
  assert.equal((await call("GET", links.click, undefined, { Purpose: "prefetch" })).status, 204);
  assert.equal((await call("GET", links.unsubscribe)).status, 200);
  assert.equal((await call("POST", links.unsubscribe, "scope=some", form)).status, 422);
  assert.equal((await call("POST", links.unsubscribe, "scope=item", form)).status, 200);
  assert.equal((await call("POST", links.unsubscribe, "List-Unsubscribe=One-Click", form)).status, 200);
  for (const kind of ["o", "c", "u"])
    for (const accept of ["*/*", "text/html"])
      assert.equal((await call("GET", `/${kind}/forged`, undefined, { Accept: accept })).status, 404);
});

test("sign-in and administration answer as documented", async () => {
  const user = (await call("POST", "/api/v1/users", { email: "ann@example.com" }, as("admin"))).json;
  const signedIn = await call("POST", "/api/v1/session", { email: user.email, password: user.password });
  assert.equal(signedIn.status, 204);
  const cookie = { Cookie: signedIn.headers.get("set-cookie")!.split(";")[0] };
  assert.equal((await call("GET", "/api/v1/session", undefined, cookie)).json.email, "ann@example.com");
  assert.equal((await call("GET", "/api/v1/requests", undefined, cookie)).status, 200);
  assert.equal((await call("PUT", "/api/v1/inventory/S1", { quantity: 6 }, cookie)).status, 401);
  assert.equal((await call("PUT", "/api/v1/inventory/S1", { quantity: 6 }, { ...cookie, "X-Stockbell-Console": "1" })).status, 200);
  assert.equal((await call("DELETE", "/api/v1/session", undefined, cookie)).status, 403);
  assert.equal((await call("DELETE", "/api/v1/session", undefined, { ...cookie, "X-Stockbell-Console": "1" })).status, 204);
  assert.equal((await call("GET", "/api/v1/session", undefined, cookie)).status, 401);
  assert.equal((await call("POST", "/api/v1/session", "email=a", form)).status, 415);
  assert.equal((await call("POST", "/api/v1/session", { email: "ann@example.com", password: "wrong" })).status, 401);
  assert.equal((await call("DELETE", "/api/v1/users/ann%40example.com", undefined, as("admin"))).status, 204);
  assert.equal((await call("POST", "/api/v1/keys", { role: "intake", name: "till" }, as("admin"))).status, 201);
  const till = (await call("GET", "/api/v1/keys", undefined, as("admin"))).json.items.find((one: Json) => one.name === "till");
  assert.equal((await call("POST", "/api/v1/keys", { role: "intake", name: "till" }, as("admin"))).json.reason, "key-name-taken");
  assert.equal((await call("DELETE", `/api/v1/keys/${till.id}`, undefined, as("admin"))).status, 204);
  const backup = await call("POST", "/api/v1/backup", { file: path.join(bell.directory, "backup.tar") }, as("admin"));
  assert.equal(backup.status, 201, backup.text);
});

test("export and erasure of an address answer as documented", async () => {
  for (const [where, email, status] of [["export", "bob@example.com", 200], ["erase", "bob@example.com", 200], ["erase", "nobody", 422], ["export", "", 422]])
    assert.equal((await call("POST", `/api/v1/privacy/${where}`, { email }, as("admin"))).status, status, `${where} ${email}`);
});

test("errors are problems as documented", async () => {
  const refused: [string, string, Json, number][] = [
    ["POST", "/api/v1/notification-requests", { sku: "S1", email: "nobody" }, 422],
    ["GET", "/api/v1/availability", undefined, 422],
    ["GET", "/api/v1/requests?status=Nope", undefined, 422],
    ["GET", "/api/v1/requests?limit=0", undefined, 422],
    ["GET", "/api/v1/requests/a0B", undefined, 404],
    ["GET", "/api/v1/requests/a0B/timeline", undefined, 404],
    ["GET", "/api/v1/funnel?from=yesterday", undefined, 422],
    ["GET", "/api/v1/demand?limit=x", undefined, 422],
    ["GET", "/api/v1/products?availability=maybe", undefined, 422],
    ["GET", "/api/v1/deliveries?state=lost", undefined, 422],
    ["GET", "/api/v1/restocks?cursor=x", undefined, 422],
    ["GET", "/api/v1/restocks/held?ended=maybe", undefined, 422],
    ["GET", "/api/v1/mailbox?limit=x", undefined, 422],
    ["GET", "/api/v1/mailbox/1", undefined, 404],
    ["GET", "/api/v1/imports/1", undefined, 404],
    ["GET", "/api/v1/feed-imports/1", undefined, 404],
    ["GET", "/api/v1/data-extensions/Contact_Salesforce/rows?id=a0B", undefined, 422],
    ["GET", "/api/v1/feed-imports/1/errors", undefined, 404],
    ["PUT", "/api/v1/inventory/NOPE", { quantity: 1 }, 404],
    ["PUT", "/api/v1/inventory/S1", { quantity: -1 }, 422],
    ["PUT", "/api/v1/inventory/S1", "{", 422],
    ["POST", "/api/v1/imports/catalog", undefined, 422],
    ["POST", "/api/v1/intake-outbox/1/retry", undefined, 404],
    ["POST", `/api/v1/requests/${request.id}/cancel`, undefined, 409],
    ["POST", "/api/v1/keys", { role: "king", name: "x" }, 422],
    ["POST", "/api/v1/keys", { role: "admin", certificate: "none" }, 422],
    ["DELETE", "/api/v1/keys/nobody", undefined, 404],
    ["POST", "/api/v1/users", { email: "nobody" }, 422],
    ["DELETE", "/api/v1/users/nobody%40example.com", undefined, 404],
    ["POST", "/api/v1/sftp-accounts", { name: "../x" }, 422],
    ["POST", "/api/v1/sftp-accounts", { name: "merchant" }, 409],
    ["POST", "/api/v1/backup", { file: "here.tar" }, 422],
  ];
  for (const [method, where, body, status] of refused) {
    const answer = await call(method, where, body, as("admin"));
    assert.equal(answer.status, status, `${method} ${where}: ${answer.text}`);
    plainProblem(answer);
  }
  plainProblem(await bell.call("GET", "/nowhere"));
  const large = await bell.call("POST", "/api/v1/notification-requests", { sku: "S1", email: "x".repeat(20_000) });
  assert.equal(large.status, 413);
  plainProblem(large);
});
