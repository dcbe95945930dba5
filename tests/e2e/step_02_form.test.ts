// Step 2: the form endpoint validates, limits by client, is safe to repeat and records consent.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { Stockbell, until } from "./support/stockbell.ts";

let bell: Stockbell;
before(async () => {
  bell = await Stockbell.start();
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1", color: "Red" }, { sku: "S2", color: "Blue" }]));
  await bell.importFile("inventory", inventoryXml({ S1: 0, S2: 3 }));
});
after(() => bell.stop());

test("a request is accepted with 202 and recorded with its consent", async () => {
  const answer = await bell.ask("S1", "ada@example.com", {
    first_name: "Ada", page_url: `${bell.url}/products/M1?color=Red`, consent_version: "2026-01", locale: "en-GB",
  });
  assert.equal(answer.status, 202, answer.text);
  const request = await bell.requestOf("ada@example.com", "Requested");
  assert.equal(request.sku, "S1");
  assert.equal(request.contact.first_name, "Ada");
  const whole = await bell.api("GET", `/requests/${request.id}`);
  assert.equal(whole.consent.text_version, "2026-01");
  assert.match(whole.consent.page_url, /products\/M1/);
  assert.ok(Math.abs(Date.parse(whole.consent.given_at) - Date.now()) < 60_000);
});

test("repeating the same post changes nothing and answers the same", async () => {
  const first = await bell.ask("S1", "twice@example.com");
  const second = await bell.ask("S1", "  TWICE@Example.com ");
  assert.equal(first.status, 202);
  assert.equal(second.status, 202);
  assert.equal(second.text, first.text, "an address that is known must not be told apart");
  await bell.requestOf("twice@example.com", "Requested");
  assert.equal((await bell.requests("&email=twice@example.com")).length, 1);
});

test("an internationalised domain is taken and stored as an A-label", async () => {
  assert.equal((await bell.ask("S1", "jörg@bücher.example")).status, 202);
  await until("the record has the A-label", async () =>
    (await bell.requests("&sku=S1")).some((row) => row.contact.email.endsWith("@xn--bcher-kva.example")));
});

for (const [what, body, field] of [
  ["an unknown SKU", { sku: "NOPE", email: "a@example.com" }, "sku"],
  ["no SKU", { email: "a@example.com" }, "sku"],
  ["no address", { sku: "S1" }, "email"],
  ["no @", { sku: "S1", email: "not-an-address" }, "email"],
  ["two @", { sku: "S1", email: "a@b@example.com" }, "email"],
  ["header injection", { sku: "S1", email: "a@example.com\r\nBcc: all@example.com" }, "email"],
  ["a control character", { sku: "S1", email: "a\u0007@example.com" }, "email"],
  ["an overlong local part", { sku: "S1", email: `${"x".repeat(65)}@example.com` }, "email"],
  ["an overlong name", { sku: "S1", email: "a@example.com", first_name: "x".repeat(1000) }, "first_name"],
  ["a quantity below one", { sku: "S1", email: "a@example.com", quantity: 0 }, "quantity"],
] as const) {
  test(`${what} is refused with the field at fault`, async () => {
    const answer = await bell.call("POST", "/api/v1/notification-requests", body);
    assert.equal(answer.status, 422, answer.text);
    assert.match(answer.headers.get("content-type")!, /^application\/problem\+json/);
    assert.equal(answer.json.field, field);
    assert.ok(answer.json.detail.length > 10);
  });
}

test("a plain form post is answered by a page", async () => {
  const answer = await bell.call("POST", "/api/v1/notification-requests", "sku=S1&email=form%40example.com&first_name=Fo",
    { "Content-Type": "application/x-www-form-urlencoded" });
  assert.equal(answer.status, 202);
  assert.match(answer.headers.get("content-type")!, /^text\/html/);
  await bell.requestOf("form@example.com", "Requested");
  const refused = await bell.call("POST", "/api/v1/notification-requests", "sku=S1&email=nobody",
    { "Content-Type": "application/x-www-form-urlencoded" });
  assert.equal(refused.status, 422);
  assert.match(refused.headers.get("content-type")!, /^text\/html/);
});

test("one client network is limited and told when to come back", async () => {
  const limited = await Stockbell.start({ STOCKBELL_COMMERCE_REQUESTS_PER_MINUTE: "5" });
  try {
    await limited.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1" }]));
    const answers = [];
    for (let i = 0; i < 70; ++i) answers.push(await limited.ask("S1", `shopper${i}@example.com`));
    const refused = answers.filter((answer) => answer.status === 429);
    assert.ok(refused.length >= 5, `${refused.length} of 70 were limited`);
    assert.equal(answers[0].status, 202);
    assert.ok(Number(refused[0].headers.get("retry-after")) > 0);
  } finally {
    await limited.stop();
  }
});

test("addresses never reach the log", () => {
  for (const address of ["ada@example.com", "twice@example.com", "form@example.com", "jörg"])
    assert.ok(!bell.log.toLowerCase().includes(address), address);
});
