// Bad input to the Salesforce surface over HTTP: the documented error in the documented form, and a server that goes on.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import http from "node:http";
import { after, afterEach, before, test } from "node:test";
import { Salesforce } from "./support/salesforce.ts";
import type { Answer, Json } from "./support/stockbell.ts";

const base = "/services/data/v59.0";
const secret = "s3cret-marker";
let salesforce: Salesforce;
let token: string;

before(async () => {
  salesforce = await Salesforce.start();
  token = (await salesforce.connect(await salesforce.client("admin", "desk"))).accessToken!;
});
after(() => salesforce.stop());

const send = (method: string, where: string, body?: Json, headers: Record<string, string> = {}): Promise<Answer> =>
  salesforce.bell.call(method, base + where, body, { Authorization: `Bearer ${token}`, "Content-Type": "application/json", ...headers });
const query = (soql: string) => send("GET", `/query?q=${encodeURIComponent(soql)}`);

// The answer is Salesforce's: an array of errors, in JSON, of which the first is this one.
function refused(answer: Answer, status: number, errorCode: string, message = /./): void {
  assert.equal(answer.status, status, `${answer.text.slice(0, 400)}`);
  assert.equal(answer.headers.get("content-type"), "application/json;charset=UTF-8");
  assert.equal(answer.json[0].errorCode, errorCode, answer.text.slice(0, 400));
  assert.match(answer.json[0].message, message);
}

afterEach(async () => assert.equal((await query("SELECT COUNT() FROM Organization")).status, 200, "the server still answers"));

// Resident memory of the server in MB.
const memory = () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${salesforce.bell.process!.pid}/status`, "utf8"))![1]) / 1024;

test("SOQL that wants to be SQL finds nothing and breaks nothing", async () => {
  await send("POST", "/sobjects/Contact", { LastName: "Only", Email: "only@example.com" });
  for (const value of ["x' OR '1'='1", "x'; DROP TABLE contact; --", "x\\'", "' UNION SELECT key FROM api_key --", "%' ESCAPE '", "x\" OR \"\"=\""]) {
    const quoted = value.replace(/\\/g, "\\\\").replace(/'/g, "\\'");
    const answer = await query(`SELECT Id FROM Contact WHERE LastName = '${quoted}'`);
    assert.deepEqual([answer.status, answer.json.totalSize], [200, 0], `${value} ${answer.text}`);
    const raw = await query(`SELECT Id FROM Contact WHERE LastName = '${value}'`);
    if (raw.status !== 200) refused(raw, 400, "MALFORMED_QUERY");
  }
  for (const soql of ["SELECT Id FROM Contact; DROP TABLE contact", "SELECT * FROM Contact", "SELECT Id FROM Contact -- x", "SELECT Id FROM Contact /* x */", "DELETE FROM Contact",
    "SELECT Id FROM Contact UNION SELECT Id FROM Account", "SELECT (SELECT Id FROM (SELECT Id FROM Contact)) FROM Contact", "SELECT Id FROM Contact ORDER BY 1", "SELECT Id FROM Contact LIMIT -1",
    "SELECT Id FROM Contact WHERE Id = '", "SELECT Id FROM Contact WHERE (((((", "SELECT Id FROM Contact WHERE LastName LIKE"])
    refused(await query(soql), 400, "MALFORMED_QUERY");
  refused(await query("SELECT Id FROM Contact WHERE LastName = '\u0000'"), 400, "INVALID_INPUT");
  refused(await query("SELECT Id, (SELECT Id FROM Contacts__r) FROM Contact"), 400, "INVALID_TYPE", /Didn't understand relationship 'Contacts__r'/);
  refused(await query("SELECT name FROM sqlite_master"), 400, "INVALID_TYPE");
  refused(await query("SELECT rowid FROM Contact"), 400, "INVALID_FIELD");
  assert.equal((await query("SELECT COUNT() FROM Contact")).json.totalSize, 1);
});

test("queries of any depth and length end", async () => {
  const nested = (depth: number) => `SELECT Id FROM Contact WHERE ${"(".repeat(depth)}LastName = 'x'${")".repeat(depth)}`;
  assert.equal((await query(nested(5))).status, 200);
  refused(await query(nested(2000)), 400, "MALFORMED_QUERY");
  refused(await query(`SELECT Id FROM Contact WHERE ${"NOT ".repeat(1500)}LastName = 'x'`), 400, "MALFORMED_QUERY");
  const wide = await query(`SELECT Id FROM Contact WHERE LastName IN (${Array.from({ length: 1200 }, (_, i) => `'${i}'`).join()})`);
  assert.equal(wide.status, 200, wide.text.slice(0, 300));
  const parents = `SELECT ${"Account.".repeat(9)}Name FROM Contact`;
  assert.equal((await query(parents)).status, 400);
  assert.equal((await send("GET", `/query?q=${"x".repeat(200_000)}`)).status, 431);
  refused(await send("GET", `/query?q=${"x".repeat(15_000)}`), 414, "INVALID_INPUT");
  assert.equal((await query(`SELECT ${"Id,".repeat(1000)}Id FROM Contact`)).status, 400);
});

test("a body of 100 MB is refused before it is read, and costs no memory", async () => {
  const before = memory();
  for (const [where, chunked] of [["/sobjects/Contact", false], ["/sobjects/Contact", true], ["/composite/sobjects", true], ["/actions/custom/flow/BackInStockRequest", true]] as [string, boolean][]) {
    const answer = await upload(where, 100 << 20, chunked);
    assert.equal(answer.status, 413, where);
    assert.equal(JSON.parse(answer.body)[0].errorCode, "REQUEST_ENTITY_TOO_LARGE");
    assert.match(answer.type!, /^application\/json/);
  }
  assert.ok(memory() - before < 64, `grew from ${before} to ${memory()} MB`);
});

// Sends so many bytes, until the server has enough; what it answers.
function upload(where: string, bytes: number, chunked: boolean): Promise<{ status: number; type?: string; body: string }> {
  return new Promise((done, fail) => {
    const request = http.request(`${salesforce.bell.url}${base}${where}`, { method: "POST", agent: false, headers: {
      Authorization: `Bearer ${token}`, "Content-Type": "application/json", ...(chunked ? {} : { "Content-Length": bytes }) } });
    const chunk = Buffer.alloc(1 << 20, " ");
    let sent = 0, answered = false;
    const push = () => {
      if (answered) return;
      if (sent >= bytes) return void request.end();
      sent += chunk.length;
      request.write(chunk, () => setTimeout(push, 5));  // an answer that is there is read before more is sent
    };
    request.on("response", (response) => {
      answered = true;
      let body = "";
      response.on("data", (part) => (body += part)).on("end", () => {
        request.destroy();
        done({ status: response.statusCode!, type: response.headers["content-type"], body });
      });
    });
    request.on("error", (error) => answered || fail(error));
    push();
  });
}

test("bodies that are not JSON, or not quite", async () => {
  const bodies: [string, string | Uint8Array][] = [
    ["nothing", ""], ["blanks", "   "], ["half", '{"LastName": '], ["two", '{"LastName":"A"} {"LastName":"B"}'], ["an array", "[]"], ["a text", '"x"'], ["NaN", '{"Quantity__c": NaN}'],
    ["a comment", '{"LastName":"A" /* x */}'], ["a comma", '{"LastName":"A",}'], ["the same name twice", '{"LastName":"A","LastName":"B"}'],
    ["twice inside", '{"LastName":"A","Account":{"Name":"a","Name":"b"}}'], ["deep", '{"a":'.repeat(5000)], ["deep arrays", `{"LastName":${"[".repeat(100_000)}}`],
    ["invalid UTF-8", new Uint8Array([...Buffer.from('{"LastName":"'), 0xc3, 0x28, ...Buffer.from('"}')])], ["a lone surrogate", '{"LastName":"\\ud800"}'],
    ["a byte order mark of UTF-16", new Uint8Array([0xff, 0xfe, 0x7b, 0x00])],
  ];
  for (const [what, body] of bodies) {
    const answer = await send("POST", "/sobjects/Contact", body);
    assert.equal(answer.status, 400, `${what}: ${answer.status} ${answer.text.slice(0, 200)}`);
    assert.equal(answer.json[0].errorCode, "JSON_PARSER_ERROR", `${what}: ${answer.text}`);
  }
  for (const body of ['{"LastName":{"a":1}}', '{"LastName":["x"]}', '{"LastName":"A","HasOptedOutOfEmail":"maybe"}', '{"LastName":"A","Title":12e400}'])
    assert.equal((await send("POST", "/sobjects/Contact", body)).status, 400, body);
  assert.equal((await send("POST", "/sobjects/Contact", '{"LastName":"nul \\u0000 in it"}')).status, 400);
});

test("content types nobody reads", async () => {
  for (const type of ["text/plain", "application/xml", "text/xml; charset=utf-8", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp"])
    refused(await send("POST", "/sobjects/Contact", '{"LastName":"A"}', { "Content-Type": type }), 415, "UNSUPPORTED_MEDIA_TYPE");
  const made = await send("POST", "/sobjects/Contact", '{"LastName":"Upper"}', { "Content-Type": "Application/JSON; charset=UTF-8" });
  assert.equal(made.status, 201, made.text);
});

test("tokens: none, forged, of another time, with no signature", async () => {
  const part = (value: Json) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { iss: "desk", sub: "desk", aud: salesforce.url, exp: Math.floor(Date.now() / 1000) + 300 };
  const none = `${part({ alg: "none", typ: "JWT" })}.${part(claims)}.`;
  const hmac = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}.${Buffer.from("x".repeat(32)).toString("base64url")}`;
  const flipped = token.slice(0, -1) + (token.endsWith("A") ? "B" : "A");
  for (const wrong of ["", "x", "null", flipped, token.slice(0, -1), token + "A", token.toUpperCase(), none, hmac, "a".repeat(5000), "00D000000000000!AQ"]) {
    refused(await send("GET", "/limits", undefined, { Authorization: `Bearer ${wrong}` }), 401, "INVALID_SESSION_ID", /^Session expired or invalid$/);
    refused(await send("POST", "/sobjects/Contact", { LastName: secret }, { Authorization: `OAuth ${wrong}` }), 401, "INVALID_SESSION_ID");
  }
  refused(await salesforce.bell.call("GET", `${base}/limits`), 401, "INVALID_SESSION_ID");
  for (const assertion of [none, hmac, "", "a.b", "a.b.c", `${none}${none}`, ".".repeat(1000), `${part({ alg: "RS256", crit: ["x"] })}.${part(claims)}.AA`, "x".repeat(50_000)]) {
    const form = new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion }).toString();
    const answer = await salesforce.bell.call("POST", "/services/oauth2/token", form, { "Content-Type": "application/x-www-form-urlencoded" });
    assert.ok([400, 413].includes(answer.status), `${answer.status} ${answer.text.slice(0, 200)}`);
    if (answer.status === 400) assert.match(answer.json.error, /^invalid_(grant|request|client|client_id)$/, answer.text);
  }
});

test("composites: too many parts, references to nowhere and to themselves, one inside another", async () => {
  const call = (parts: Json[], allOrNone = false) => send("POST", "/composite", { allOrNone, compositeRequest: parts });
  const limits = (referenceId: string) => ({ method: "GET", url: `${base}/limits`, referenceId });
  const list = (count: number) => Array.from({ length: count }, (_, i) => limits(`r${i}`));
  assert.equal((await call(list(25))).status, 200);
  refused(await call(list(26)), 400, "INVALID_INPUT", /25/);
  refused(await call([limits("same"), limits("same")]), 400, "INVALID_INPUT", /same/);
  refused(await call([limits("not-good")]), 400, "INVALID_INPUT");
  refused(await call([]), 400, "INVALID_INPUT");
  refused(await call([{ method: "POST", url: `${base}/composite`, referenceId: "inner", body: { compositeRequest: list(25) } }]), 400, "INVALID_INPUT", /inside/);
  refused(await call(Array.from({ length: 6 }, (_, i) => ({ method: "GET", url: `${base}/query?q=SELECT+Id+FROM+Contact`, referenceId: `q${i}` }))), 400, "INVALID_INPUT", /5/);
  for (const allOrNone of [false, true]) {
    const contact = (referenceId: string, name: string) => ({ method: "POST", url: `${base}/sobjects/Contact`, referenceId, body: { LastName: name } });
    const looped = await call([contact("a", "@{b.id}"), contact("b", "@{a.id}"), contact("c", "@{c.id}")], allOrNone);
    assert.equal(looped.status, 200);
    assert.deepEqual(looped.json.compositeResponse.map((part: Json) => [part.httpStatusCode, part.body[0].errorCode]), Array(3).fill([400, "PROCESSING_HALTED"]));
  }
  // Each part doubles what it was given: the text would have 2^24 letters.
  const bomb = await call(Array.from({ length: 25 }, (_, i) => ({ method: "POST", url: `${base}/sobjects/Contact`, referenceId: `d${i}`,
    body: { LastName: `Bomb ${i}`, MailingStreet: i ? `@{d${i - 1}.id}@{d${i - 1}.id}`.repeat(50) : "x" } })));
  assert.equal(bomb.status, 200);
  assert.ok(bomb.json.compositeResponse.slice(1).every((part: Json) => part.httpStatusCode === 400));
  for (const url of ["http://example.com/", "//example.com", "/api/v1/keys", "/services/oauth2/token", `${base}/../../../api/v1/keys`, `${base}/%2e%2e/keys`])
    for (const answer of [await call([{ method: "GET", url, referenceId: "u" }])])
      assert.ok(answer.status === 400 || answer.json.compositeResponse[0].httpStatusCode === 404, `${url} ${answer.text}`);
  refused(await send("POST", "/composite/sobjects", { records: Array(201).fill({ attributes: { type: "Contact" }, LastName: "x" }) }), 400, "EXCEEDED_ID_LIMIT");
});

test("ids, paths and headers to their limits", async () => {
  for (const id of ["003", "x".repeat(18), "003000000000001AA", "0".repeat(500), "%00", "%ff%fe", "..%2f..%2fetc", "003%2F..%2F001", "'%20OR%201=1"]) {
    const answer = await send("GET", `/sobjects/Contact/${id}`);
    assert.ok([400, 404].includes(answer.status), `${id}: ${answer.status} ${answer.text}`);
    assert.ok(Array.isArray(answer.json), answer.text);
  }
  for (const where of ["/sobjects/Contact/Nope__c/x", "/sobjects/Nope/describe", "/nowhere", "/query/", "/sobjects/Contact/updated?start=x&end=y", "/query/nonsense-1"])
    assert.ok([400, 404].includes((await send("GET", where)).status), where);
  for (const version of ["v", "v1", "v19.0", "v59.0.0", "59.0", "v59.5x"])
    refused(await salesforce.bell.call("GET", `/services/data/${version}/limits`, undefined, { Authorization: `Bearer ${token}` }), 404, "NOT_FOUND");
  assert.equal((await send("GET", "/limits", undefined, { "X-Long": "y".repeat(100_000) })).status, 431);
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`X-${i}`, "z"]));
  assert.ok([200, 431].includes((await send("GET", "/limits", undefined, many)).status));
  for (const options of ["batchSize=-1", "batchSize=999999999999999999", "batchSize=", "batchSize=abc", "x".repeat(4000)])
    assert.equal((await send("GET", "/query?q=SELECT+Id+FROM+Contact", undefined, { "Sforce-Query-Options": options })).status, 200, options);
  const odd = await send("POST", "/sobjects/Contact", { LastName: "Odd" }, { "Sforce-Duplicate-Rule-Header": "allowSave=;;;=true;\u00ff", "If-Modified-Since": "yesterday", "Sforce-Call-Options": "client=;" });
  assert.equal(odd.status, 201, odd.text);
  refused(await send("PUT", "/sobjects/Contact", { LastName: "A" }), 405, "METHOD_NOT_ALLOWED", /Allowed are/);
});

test("nothing of what was sent is in the log", () => {
  assert.ok(!salesforce.bell.log.includes(token));
  assert.ok(!new RegExp(`${secret}|only@example|Bomb \\d|DROP TABLE`).test(salesforce.bell.log));
});
