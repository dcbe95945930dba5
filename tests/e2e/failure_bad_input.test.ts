// Bad input to every endpoint: refused with problem+json or the protocol's error, logged without personal data.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { catalogXml } from "./support/catalog.ts";
import { Stockbell } from "./support/stockbell.ts";

let bell: Stockbell;
before(async () => {
  bell = await Stockbell.start();
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1" }]));
});
after(() => bell.stop());

// Sends bytes as they are; answers all that comes back until the server closes.
function raw(bytes: string | Buffer): Promise<string> {
  return new Promise((done, fail) => {
    let got = "";
    const socket = connect(bell.port, "127.0.0.1", () => socket.write(bytes));
    socket.on("data", (chunk) => (got += chunk.toString("latin1")));
    socket.on("close", () => done(got));
    socket.on("error", fail);
    socket.setTimeout(20_000, () => socket.destroy(new Error(`no answer; got ${got}`)));
  });
}
const status = (answer: string) => Number(answer.match(/^HTTP\/1\.[01] (\d{3})/)?.[1]);
const admin = () => ({ Authorization: `Bearer ${bell.key}` });

const posts = ["/api/v1/notification-requests", "/api/v1/session", "/api/v1/keys", "/api/v1/users", "/api/v1/sftp-accounts"];
for (const where of posts) {
  for (const [what, body, accepted] of [
    ["too large", "x".repeat(300_000), [413]],
    ["no JSON", "{\"sku\": ", [400, 422]],
    ["a wrong type", "[1,2,3]", [400, 422]],
    ["deep nesting", "[".repeat(20_000), [400, 413, 422]],
    ["not UTF-8", new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), [400, 422]],
    ["nothing", "", [400, 422]],
  ] as [string, string | Uint8Array, number[]][]) {
    test(`POST ${where}: ${what}`, async () => {
      const answer = await bell.call("POST", where, body, { "Content-Type": "application/json", ...admin() });
      assert.ok(accepted.includes(answer.status), `${answer.status} ${answer.text}`);
      assert.match(answer.headers.get("content-type")!, /^application\/problem\+json/);
      assert.ok(answer.json.detail.length > 5);
    });
  }
}

test("a content type nobody reads is refused", async () => {
  const answer = await bell.call("POST", "/api/v1/notification-requests", "sku=S1", { "Content-Type": "text/x-unknown" });
  assert.ok([415, 422].includes(answer.status), answer.text);
});

for (const where of ["/api/v1/requests/nonsense", "/api/v1/requests/a0B000000000000AAA", "/api/v1/requests/003000000000001AAA/timeline",
  "/api/v1/imports/0", "/api/v1/feed-imports/zzz", "/api/v1/mailbox/-1", "/nowhere", "/products/none", "/pictures/none.svg"])
  test(`GET ${where}: not found`, async () => {
    assert.equal((await bell.call("GET", where, undefined, admin())).status, 404);
  });

for (const where of ["/requests?limit=-1", "/requests?limit=many", "/requests?status=Nope", "/requests?cursor=%00", "/requests?email=no-address"])
  test(`GET ${where}: refused with what would be right`, async () => {
    const answer = await bell.call("GET", "/api/v1" + where, undefined, admin());
    assert.ok([400, 422].includes(answer.status), `${answer.status} ${answer.text}`);
    assert.ok(answer.json.detail.length > 5);
  });

test("without a key, or with a wrong one, nothing is shown", async () => {
  for (const where of ["/requests", "/imports/1", "/feed-imports", "/mailbox", "/deliveries", "/restocks", "/demand", "/feeds/catalog/runs", "/products"])
    for (const headers of [{}, { Authorization: "Bearer wrong" }, { Authorization: "Basic eDp5" }, { Cookie: "stockbell_session=wrong" }])
      assert.equal((await bell.call("GET", "/api/v1" + where, undefined, headers as Record<string, string>)).status, 401, where);
});

test("a wrong method names the right ones", async () => {
  const answer = await bell.call("DELETE", "/api/v1/notification-requests");
  assert.equal(answer.status, 405);
  assert.match(answer.headers.get("allow")!, /POST/);
});

test("broken HTTP is refused", async () => {
  const host = "Host: x\r\n";
  assert.equal(status(await raw("NONSENSE\r\n\r\n")), 400);
  assert.equal(status(await raw(`GET / HTTP/1.1\r\n${host}X: ${"y".repeat(100_000)}\r\n\r\n`)), 431);
  assert.equal(status(await raw(`GET /\u0000 HTTP/1.1\r\n${host}\r\n`)), 400);
  assert.equal(status(await raw(`POST /api/v1/notification-requests HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`)), 400);
  assert.equal(status(await raw(`POST /api/v1/notification-requests HTTP/1.1\r\n${host}Content-Length: -5\r\n\r\n`)), 400);
});

for (const where of ["/../../etc/passwd", "/assets/../../../etc/passwd", "/assets/%2e%2e/%2e%2e/etc/passwd", "/pictures/..%2f..%2fcontrol.json", "/pictures/%2fetc%2fpasswd"])
  test(`GET ${where}: no way out`, async () => {
    const answer = await raw(`GET ${where} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    assert.ok([400, 404].includes(status(answer)), answer);
    assert.ok(!/root:|control/.test(answer.split("\r\n\r\n")[1]));
  });

test("nothing of what was sent is in the log", () => {
  assert.ok(!/x{20}|@|\[\[\[/.test(bell.log.replace(/Shop <[^>]+>/g, "")), bell.log.slice(0, 2000));
});
