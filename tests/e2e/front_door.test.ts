// The public way in under abuse, as docs/front-door.md tells it: mail bombs, missing and cached page tokens, proof of work and its
// replay, the hidden field, spoofed addresses, origins; and the snippets of another maker.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { after, before, test } from "node:test";
import { closeBrowser, openPage } from "./support/browser.ts";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { type Answer, type Json, Stockbell, until } from "./support/stockbell.ts";

const post = "/api/v1/notification-requests";
const formType = { "Content-Type": "application/x-www-form-urlencoded" };
const sites = [
  { key: "default", title: "Shop", locales: ["en-GB"] },
  { key: "strict", title: "Strict", locales: ["en-GB"], origins: ["https://shop.example"], requests_per_minute: 6 },
];
let bell: Stockbell;
let shop: Server;
let shopUrl: string;

before(async () => {
  bell = await Stockbell.start({
    STOCKBELL_HTTP_TRUSTED_PROXIES: "127.0.0.1,10.0.0.0/8",
    STOCKBELL_COMMERCE_SITES: JSON.stringify(sites),
    STOCKBELL_COMMERCE_REQUESTS_PER_MINUTE: "30", STOCKBELL_COMMERCE_REQUESTS_WITHOUT_TOKEN: "5",
    STOCKBELL_COMMERCE_REQUESTS_PER_MAILBOX_HOUR: "10", STOCKBELL_COMMERCE_REQUESTS_PER_MAILBOX_DAY: "30",
    STOCKBELL_COMMERCE_KLAVIYO_COMPANIES: "XyZ123=default",
  });
  const skus = Array.from({ length: 40 }, (_, i) => ({ sku: `S${i + 1}`, size: String(i + 1) }));
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [...skus, { sku: "33001893429341", size: "K" }]));
  await bell.importFile("inventory", inventoryXml({ S1: 0 }, "default"));
  // A shop's page on an origin of its own, with whatever script the test asks for.
  shop = createServer((_, answer) => answer.setHeader("Content-Type", "text/html").end("<!doctype html><title>Shop</title>"));
  await new Promise<void>((ready) => shop.listen(0, "127.0.0.1", ready));
  shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/`;
});
after(async () => {
  await closeBrowser();
  shop.close();
  await bell.stop();
});

// Every client of a test has its own network: what it does is not laid at another's door.
let networks = 0;
const network = () => `198.18.${networks >> 8}.${networks++ & 255}`;
const from = (address: string) => ({ "X-Forwarded-For": address });
const ask = (fields: Json, address: string): Promise<Answer> => bell.call("POST", post, { sku: "S1", ...fields }, from(address));
let people = 0;
const somebody = () => `person${++people}@example.com`;
const counts = async (): Promise<Json> => (await bell.api("GET", "/front-door")).posts;

function solve({ seed, bits, count }: Json): string {
  const found: number[] = [];
  for (let n = 0; found.length < count; n++)
    if (createHash("sha256").update(`${seed}:${n}`).digest().readUInt32BE() < 2 ** (32 - bits)) found.push(n);
  return found.join(".");
}

// A client that is asked for work: the problem of its sixth post.
async function challenged(address: string): Promise<Json> {
  for (let i = 0; i < 5; i++) assert.equal((await ask({ email: somebody() }, address)).status, 202);
  const answer = await ask({ email: somebody() }, address);
  assert.equal(answer.status, 428);
  return answer.json;
}

test("a thousand posts for one mailbox from many networks keep ten requests, and every answer is the same", async () => {
  const email = "victim@example.com";
  const answers: Answer[] = [];
  for (let i = 0; i < 1000; i += 20)
    answers.push(...await Promise.all(Array.from({ length: 20 }, (_, k) => ask({ email, sku: `S${(i + k) % 40 + 1}` }, network()))));
  const shape = ({ status, headers, text }: Answer) => {
    const told = Object.fromEntries([...headers].filter(([name]) => !["date", "x-request-id"].includes(name)));
    return JSON.stringify({ status, told, text });
  };
  assert.equal(new Set(answers.map(shape)).size, 1, "kept and dropped look alike");
  assert.equal(answers[0].status, 202);
  await until("ten requests are in the CRM", async () => (await bell.requests(`&email=${email}`)).length === 10);
  assert.equal((await counts()).mailbox_limit, 990);
  const other = await ask({ email: somebody() }, network());
  assert.equal(shape(other), shape(answers[0]), "an address nobody has asked for gets the same answer");
});

test("a client without a token is asked for work, which is taken once", async () => {
  const address = network();
  const problem = await challenged(address);
  assert.equal(problem.reason, "challenge-needed");
  const { challenge } = problem;
  assert.equal(challenge.kind, "proof-of-work");
  const solution = solve(challenge);
  const email = somebody();
  const elsewhere = await ask({ email, challenge: challenge.value, solution }, network());
  assert.equal(elsewhere.status, 428, "it belongs to its network");
  const done = await ask({ email, challenge: challenge.value, solution }, address);
  assert.equal(done.status, 202);
  await bell.requestOf(email, "Requested");
  const replayed = await ask({ email: somebody(), challenge: challenge.value, solution }, address);
  assert.equal(replayed.status, 428, "a solution is good for one post");
  const wrong = await ask({ email: somebody(), challenge: replayed.json.challenge.value, solution: "1.2.3.4.5.6.7.8" }, address);
  assert.equal(wrong.status, 428);
  const effort = ({ bits, count }: Json) => count * 2 ** bits;
  assert.ok(effort(wrong.json.challenge) > effort(challenge), "who misbehaves works more");
});

test("a page token gives the larger allowance; one of another page does not", async () => {
  const answer = await bell.call("GET", "/api/v1/page-token?sku=S1&sku=S2");
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("cache-control")!, /public, max-age=300/);
  const { page_token, usable_in_ms } = answer.json;
  const early = await ask({ email: somebody(), page_token }, network());
  assert.equal(early.status, 428, "sooner than a person types");
  await new Promise((later) => setTimeout(later, usable_in_ms));
  const address = network();
  for (let i = 0; i < 12; i++) assert.equal((await ask({ email: somebody(), sku: "S2", page_token }, address)).status, 202);
  assert.equal((await ask({ email: somebody(), sku: "S3", page_token }, network())).status, 428, "another item");
  assert.equal((await ask({ email: somebody(), page_token: "x".repeat(48) }, network())).status, 428, "nobody's");
  assert.equal((await bell.call("GET", "/api/v1/page-token?sku=NONE")).status, 404);
  assert.equal((await bell.call("GET", "/api/v1/page-token?site=none&sku=S1")).status, 404);
  const page = await bell.call("GET", "/products/M1");
  assert.match(page.text, /name="page_token" value="[\w-]{35,}"/);
});

test("a form out of a cached page costs a person one click, and nothing is typed again", async () => {
  const cached = await Stockbell.start({ STOCKBELL_HTTP_TRUSTED_PROXIES: "127.0.0.1", STOCKBELL_COMMERCE_REQUESTS_WITHOUT_TOKEN: "1" });
  try {
    await cached.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1" }]));
    const address = network();
    const send = (fields: Record<string, string>) =>
      cached.call("POST", post, new URLSearchParams(fields).toString(), { ...formType, ...from(address) });
    assert.equal((await send({ sku: "S1", email: "first@example.com" })).status, 202);
    const page = await send({ sku: "S1", email: "o'ann&b@example.com", first_name: "<Ann>", locale: "en-GB" });
    assert.equal(page.status, 428);
    assert.match(page.headers.get("content-type")!, /^text\/html/);
    const unescape = (text: string) => text.replace(/&#39;|&#x27;/g, "'").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&amp;/g, "&");
    const fields = Object.fromEntries([...page.text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, name, value]) => [unescape(name), unescape(value)]));
    assert.equal(fields.email, "o'ann&b@example.com");
    assert.equal(fields.first_name, "<Ann>");
    await until("the click is a person's", async () => (await send(fields)).status === 202, 10_000);
    await cached.requestOf("o'ann&b@example.com", "Requested");
    delete fields.page_token;
    assert.equal((await send(fields)).status, 428, "one click is one post");
  } finally {
    await cached.stop();
  }
});

test("who fills the hidden field is answered as usual and nothing is kept", async () => {
  const email = somebody();
  const seen = (await counts()).hidden_field;
  const answer = await ask({ email, website: "https://spam.example" }, network());
  assert.equal(answer.status, 202);
  assert.equal(answer.text, (await ask({ email: somebody() }, network())).text);
  assert.equal((await counts()).hidden_field, seen + 1);
  await bell.requestOf((await (async () => {
    const honest = somebody();
    await ask({ email: honest }, network());
    return honest;
  })()), "Requested");
  assert.deepEqual(await bell.requests(`&email=${email}`), []);
});

test("throw-away mailboxes are asked for more", async () => {
  const answer = await ask({ email: "a@box.mailinator.com" }, network());
  assert.equal(answer.status, 428);
  const list = path.join(bell.directory, "domains.txt");
  writeFileSync(list, "throw.example\n");
  const strict = await Stockbell.start({ STOCKBELL_COMMERCE_DISPOSABLE: "refuse", STOCKBELL_COMMERCE_DISPOSABLE_DOMAINS: list });
  try {
    await strict.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1" }]));
    const refused = await strict.call("POST", post, { sku: "S1", email: "a@throw.example" });
    assert.equal(refused.status, 422);
    assert.equal(refused.json.field, "email");
    assert.equal((await strict.call("POST", post, { sku: "S1", email: "a@mailinator.com" })).status, 202);
  } finally {
    await strict.stop();
  }
});

test("only the address the trusted proxy saw counts", async () => {
  const address = network();
  await challenged(address);
  // What a client writes further left changes nothing; nor does the header that is not the chosen one.
  for (const spoof of [`203.0.113.1, ${address}`, `, ,${address}, 10.1.2.3`, `${"9".repeat(3000)}, ${address}`])
    assert.equal((await bell.call("POST", post, { sku: "S1", email: somebody() }, from(spoof))).status, 428, spoof.slice(0, 40));
  const other = await bell.call("POST", post, { sku: "S1", email: somebody() }, { ...from(address), Forwarded: "for=203.0.113.77" });
  assert.equal(other.status, 428);
});

test("a network is turned away in the end, a site when it is too much for it", async () => {
  const address = network();
  let refused: Answer | undefined;
  for (let i = 0; i < 400 && !refused; i += 20) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask({ email: somebody() }, address)));
    refused = answers.find((answer) => answer.status === 429);
  }
  assert.ok(refused, "300 posts a minute are enough");
  assert.ok(Number(refused.headers.get("retry-after")) >= 1);
  const answers = [];
  for (let i = 0; i < 8; i++) answers.push(await ask({ email: somebody(), site: "strict" }, network()));
  const busy = answers.find((answer) => answer.status === 503)!;
  assert.equal(busy.json.reason, "site-busy");
  assert.ok(Number(busy.headers.get("retry-after")) >= 1);
});

test("a shop's server with a key is no client network", async () => {
  const { key } = await bell.api("POST", "/keys", { role: "intake", name: "server" });
  for (let i = 0; i < 40; i++) {
    const answer = await bell.call("POST", post, { sku: "S1", email: somebody() }, { Authorization: `Bearer ${key}`, ...from("192.0.2.200") });
    assert.equal(answer.status, 202);
  }
});

test("pages of other origins are kept out", async () => {
  const origin = (value: string) => ({ ...from(network()), Origin: value });
  const evil = await bell.call("POST", post, { sku: "S1", email: somebody(), site: "strict" }, origin("https://evil.example"));
  assert.equal(evil.status, 403);
  assert.equal(evil.json.reason, "origin-not-allowed");
  const preflight = await bell.call("OPTIONS", post, undefined,
    { ...origin("https://shop.example"), "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type" });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get("access-control-allow-origin"), "https://shop.example");
  assert.equal(preflight.headers.get("vary"), "Origin");
  const token = await bell.call("GET", "/api/v1/page-token?site=strict&sku=S1", undefined, origin("https://evil.example"));
  assert.equal(token.status, 403);
});

const document = (email: string, channels = ["EMAIL"]) => ({ data: {
  type: "back-in-stock-subscription",
  attributes: { channels, profile: { data: { type: "profile", attributes: { email } } } },
  relationships: { variant: { data: { type: "catalog-variant", id: "$shopify:::$default:::33001893429341" } } } } });
const klaviyo = (body: Json, query = "company_id=XyZ123") =>
  bell.call("POST", `/client/back-in-stock-subscriptions?${query}`, JSON.stringify(body),
    { "Content-Type": "application/vnd.api+json", revision: "2026-04-15", ...from(network()) });

test("Klaviyo's client intake is answered as by Klaviyo", async () => {
  const taken = await klaviyo(document("kate@example.com", ["EMAIL", "SMS"]));
  assert.equal(taken.status, 202);
  assert.equal(taken.text, "");
  assert.equal((await bell.requestOf("kate@example.com", "Requested")).sku, "33001893429341");
  const pointers: [Json, string | undefined, string][] = [
    [document("kate@example.com", ["SMS"]), "/data/attributes/channels", "company_id=XyZ123"],
    [document("nobody"), "/data/attributes/profile/data/attributes/email", "company_id=XyZ123"],
    [{ data: { type: "event" } }, "/data/type", "company_id=XyZ123"],
    [document("kate@example.com"), undefined, "company_id=other"],
    [document("kate@example.com"), undefined, "company_id=default"],
  ];
  for (const [body, pointer, query] of pointers) {
    const refused = await klaviyo(body, query);
    assert.equal(refused.status, 400);
    assert.match(refused.headers.get("content-type")!, /^application\/vnd\.api\+json/);
    const [error] = refused.json.errors;
    assert.equal(error.source.pointer, pointer);
    if (!pointer) assert.equal(error.source.parameter, "company_id");
    assert.ok(error.id && error.code && error.title && error.detail);
  }
});

test("snippets written for Klaviyo work in a browser when their host is changed", async () => {
  const page = await openPage();
  await page.goto(shopUrl);
  const status = await page.evaluate(async ([host, body]) => {
    const answer = await fetch(`${host}/client/back-in-stock-subscriptions/?company_id=XyZ123`, {
      method: "POST",
      headers: { accept: "application/vnd.api+json", revision: "2024-10-15", "content-type": "application/vnd.api+json" },
      body: JSON.stringify(body),
    });
    return answer.status;
  }, [bell.url, document("browser@example.com")] as [string, Json]);
  assert.equal(status, 202);
  await bell.requestOf("browser@example.com", "Requested");
  const old = await page.evaluate(async (host) => {
    const fields = { a: "XyZ123", email: "old@example.com", variant: "33001893429341", platform: "shopify" };
    const encoded = await fetch(`${host}/onsite/components/back-in-stock/subscribe`, {
      method: "POST", headers: { accept: "application/json, text/plain, */*", "content-type": "application/x-www-form-urlencoded;charset=UTF-8" },
      body: new URLSearchParams(fields) });
    const data = new FormData();
    for (const [name, value] of Object.entries({ ...fields, email: "multipart@example.com" })) data.append(name, value);
    const multipart = await fetch(`${host}/onsite/components/back-in-stock/subscribe`, { method: "POST", body: data });
    const wrong = await fetch(`${host}/api/v1/catalog/subscribe`, { method: "POST", body: new URLSearchParams({ ...fields, email: "no" }) });
    return [await encoded.json(), await multipart.json(), wrong.status, await wrong.json()];
  }, bell.url);
  assert.deepEqual(old[0], { email: "old@example.com", success: true });
  assert.deepEqual(old[1], { email: "multipart@example.com", success: true });
  assert.equal(old[2], 400);
  assert.equal(old[3].success, false);
  await bell.requestOf("old@example.com", "Requested");
  await bell.requestOf("multipart@example.com", "Requested");
});

test("no address reaches the log", () => {
  for (const address of ["victim@example.com", "kate@example.com", "mailinator.com", "198.18.0.1"]) assert.ok(!bell.log.includes(address), address);
});
