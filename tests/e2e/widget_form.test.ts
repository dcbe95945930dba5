// The notify form on a shop's own page, on another origin: sizes, languages, the front door's protocol, failures, stale pages.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { closeBrowser, complaints, openPage } from "./support/browser.ts";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { ShopPages, filled, languages, shopCss, textsOf } from "./support/shop_page.ts";
import { type Json, Stockbell, root } from "./support/stockbell.ts";

let bell: Stockbell;
let shop: ShopPages;
const own = mkdtempSync(path.join(tmpdir(), "stockbell-widget-"));
const kMostBytes = 6 * 1024;

before(async () => {
  writeFileSync(path.join(own, "texts.json"), JSON.stringify({
    en: { title: "Ring me", submit: "Ring", consent: "Only for this.", consent_version: "shop-7" } }));
  bell = await Stockbell.start({ STOCKBELL_COMMERCE_SITES: JSON.stringify([
    { key: "default", title: "Shop", locales: ["en-GB", "de-DE"] },
    { key: "strict", title: "Strict", locales: ["de-DE"], double_opt_in: true },
    { key: "own", title: "Own", locales: ["en-GB"], texts: path.join(own, "texts.json") },
  ]) });
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1", color: "Red" }, { sku: "S2", color: "Blue" }]));
  await bell.importFile("inventory", inventoryXml({ S1: 0, S2: 3 }, "default"));
  shop = await ShopPages.start(bell.url, { "/shop.css": shopCss });
});
after(async () => {
  await closeBrowser();
  await shop.stop();
  await bell.stop();
  rmSync(own, { recursive: true });
});

let pages = 0;
// Opens a page of the shop with this in its body and the widget.
async function show(body: string, { lang = "en", query = "", prepare = async (_: Page): Promise<unknown> => undefined, options = {} } = {}): Promise<Page> {
  const where = `/p${++pages}`;
  shop.pages[where] = { lang, body, head: `<script src="${shop.script(query)}" defer></script>` };
  const page = await openPage(options);
  await prepare(page);
  await page.goto(shop.url + where);
  return page;
}
const host = (more = "") => `<div data-stockbell data-sku="S1" data-item="Wool Scarf" ${more}></div><p>Below</p>`;
const email = (page: Page) => page.locator("[data-stockbell] input[name=email]");
const button = (page: Page) => page.locator("[data-stockbell] button");
const message = (page: Page) => page.locator("[data-stockbell] [role=status]");

test("the built script is smaller than 6 KB in every language", () => {
  const built = readFileSync(path.join(root, "web/dist/widget/widget.js"), "utf8");
  for (const language of languages) {
    const settings = { site: "default", locale: language, dir: "ltr", confirm: false, rings: ["in_stock"], texts: textsOf(language) };
    const bytes = gzipSync(built.replace("STOCKBELL_SETTINGS", () => JSON.stringify(settings)), { level: 9 }).length;
    assert.ok(bytes < kMostBytes, `${language}: ${bytes} bytes`);
  }
});

test("on the wire it is as small, and cached", async () => {
  for (const language of languages) {
    const bytes = await new Promise<number>((done, failed) => {
      get(`${bell.url}/api/v1/widget.js?locale=${language}`, { headers: { "Accept-Encoding": "gzip" } }, async (answer) => {
        assert.equal(answer.headers["content-encoding"], "gzip");
        let sum = 0;
        for await (const chunk of answer) sum += chunk.length;
        done(sum);
      }).on("error", failed);
    });
    assert.ok(bytes > 1000 && bytes < kMostBytes, `${language}: ${bytes} bytes`);
  }
  const first = await bell.call("GET", "/api/v1/widget.js?locale=de");
  assert.match(first.headers.get("cache-control")!, /max-age=300/);
  const again = await bell.call("GET", "/api/v1/widget.js?locale=de", undefined, { "If-None-Match": first.headers.get("etag")! });
  assert.equal(again.status, 304);
  assert.equal((await bell.call("GET", "/api/v1/widget.js?site=nowhere")).status, 404);
});

test("a request from another origin, under a strict content policy, keeps its consent", async () => {
  const page = await show(host());
  const problems = complaints(page);
  await email(page).fill("ada@example.com");
  await button(page).click();
  await page.getByText("we will write to").waitFor();
  assert.equal(await message(page).innerText(), filled(textsOf("en").done, { item: "Wool Scarf", email: "ada@example.com" }));
  assert.ok(await email(page).isHidden());
  const { id } = await bell.requestOf("ada@example.com", ["Requested"]);
  const kept = await bell.api("GET", `/requests/${id}`);
  assert.deepEqual([kept.sku, kept.site, kept.locale, kept.consent.text_version, kept.consent.page_url],
    ["S1", "default", "en", "2026-11", page.url()]);
  // A browser notes every 428; a test types faster than a person, and is asked for work.
  assert.deepEqual(problems.filter((text) => !text.includes("428")), []);
});

for (const language of languages)
  test(`speaks ${language}: labels, what is wrong, what happens next`, async () => {
    const texts = textsOf(language);
    const page = await show(host(), { lang: language });
    const form = page.locator("[data-stockbell] form");
    await form.waitFor();
    assert.equal(await form.evaluate((element) => getComputedStyle(element).direction), language === "ar" ? "rtl" : "ltr");
    assert.equal(await button(page).innerText(), texts.submit);
    await button(page).click();
    const field = page.getByLabel(texts.email, { exact: true });
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    assert.ok(await field.evaluate((input) => (input.getRootNode() as ShadowRoot).activeElement === input), "the focus is on what is wrong");
    const described = await field.evaluate((input) => input.getAttribute("aria-describedby")!.split(" ")
      .map((id) => (input.getRootNode() as ShadowRoot).getElementById(id)!.textContent));
    assert.deepEqual(described, [texts.email_missing, texts.consent]);
    await field.fill("nobody");
    await button(page).click();
    await page.getByText(texts.email_wrong).waitFor();
    await field.fill(`${language}@example.com`);
    await button(page).click();
    await page.getByText(filled(texts.done, { item: "Wool Scarf", email: `${language}@example.com` })).waitFor();
    assert.equal(await message(page).evaluate((m) => (m.getRootNode() as ShadowRoot).activeElement === m), true);
    assert.equal((await bell.requestOf(`${language}@example.com`, "Requested")).locale,
      { en: "en", de: "de", fr: "fr", es: "es", ja: "ja", ar: "ar" }[language]);
  });

test("a language of the page costs no second call when the script brings it, and one when not", async () => {
  for (const [query, calls] of [["?locale=de", 0], ["", 1]] as const) {
    const asked: string[] = [];
    const page = await show(host(), { lang: "de", query, prepare: async (page) => {
      page.on("request", (request) => request.url().includes("widget-settings") && asked.push(request.url()));
    } });
    await page.getByText(textsOf("de").title).waitFor();
    assert.equal(asked.length, calls, query);
  }
});

test("a site has its own texts, with their own version of the consent", async () => {
  const page = await show(host(`data-site="own"`));
  await page.getByText("Ring me").waitFor();
  await email(page).fill("own@example.com");
  await button(page).click();
  await page.getByText("we will write to").waitFor();
  const { id } = await bell.requestOf("own@example.com", "Requested");
  assert.equal((await bell.api("GET", `/requests/${id}`)).consent.text_version, "shop-7");
});

test("with double opt-in it says what is still to do", async () => {
  const page = await show(host(`data-site="strict"`), { query: "?site=strict" });
  await email(page).fill("twice@example.com");
  await button(page).click();
  await page.getByText(filled(textsOf("en").confirm, { item: "Wool Scarf", email: "twice@example.com" })).waitFor();
});

test("asked for work, it works and sends the same again", async () => {
  const sent: Json[] = [];
  const page = await show(host(), { prepare: (page) => page.route("**/notification-requests", async (route) => {
    if (route.request().method() === "OPTIONS") return await route.continue();
    sent.push(route.request().postDataJSON());
    if (sent.length > 1) return await route.fulfill({ status: 202, headers: { "Access-Control-Allow-Origin": "*" }, body: "{}" });
    await route.fulfill({ status: 428, contentType: "application/problem+json", headers: { "Access-Control-Allow-Origin": "*" },
      body: JSON.stringify({ status: 428, reason: "challenge-needed", page_token: "fresh",
        challenge: { kind: "proof-of-work", value: "v1", seed: "s33d", bits: 11, count: 4 } }) });
  }) });
  await email(page).fill("work@example.com");
  await button(page).click();
  await page.getByText("we will write to").waitFor();
  assert.equal(sent.length, 2);
  const { challenge, solution, page_token, ...again } = sent[1];
  const { page_token: _, ...first } = sent[0];
  assert.deepEqual(again, first);
  assert.deepEqual([challenge, page_token], ["v1", "fresh"]);
  const numbers = String(solution).split(".").map(Number);
  assert.equal(numbers.length, 4);
  assert.deepEqual(numbers, [...new Set(numbers)].sort((a, b) => a - b));
  for (const n of numbers) assert.ok(createHash("sha256").update(`s33d:${n}`).digest().readUInt32BE(0) < 2 ** 21, `${n}`);
});

test("sent faster than a person can type, the server's own challenge is met", async () => {
  const answers: number[] = [];
  const page = await show(host());
  page.on("response", (answer) => answer.url().includes("notification-requests") && answer.request().method() === "POST" && answers.push(answer.status()));
  await email(page).waitFor();
  const token = page.waitForResponse(/page-token/);
  await page.evaluate(() => {
    const { Stockbell } = window as any;
    Stockbell.setVariant(null);
    Stockbell.setVariant("S1"); // with a token of this moment
  });
  await (await token).finished();
  await email(page).fill("fast@example.com");
  await button(page).click();
  await page.getByText("we will write to").waitFor();
  assert.deepEqual(answers, [428, 202], "asked once, answered, let in");
  await bell.requestOf("fast@example.com", "Requested");
});

test("a captcha of the shop's provider is asked through the page", async () => {
  const sent: Json[] = [];
  const page = await show(host(), { prepare: (page) => page.route("**/notification-requests", async (route) => {
    if (route.request().method() === "OPTIONS") return await route.continue();
    sent.push(route.request().postDataJSON());
    if (sent.length > 1) return await route.continue();
    await route.fulfill({ status: 428, contentType: "application/problem+json", headers: { "Access-Control-Allow-Origin": "*" },
      body: JSON.stringify({ status: 428, challenge: { kind: "captcha", field: "cf-turnstile-response" } }) });
  }) });
  await email(page).fill("captcha@example.com");
  await page.evaluate(() => ((window as any).Stockbell.captcha = async (challenge: any) => `answer to ${challenge.kind}`));
  await button(page).click();
  await page.getByText("we will write to").waitFor();
  assert.equal(sent[1]["cf-turnstile-response"], "answer to captcha");
});

test("the shop out of reach: what was typed stays, and another try goes through", async () => {
  let broken = true;
  const page = await show(host(), { prepare: (page) => page.route("**/notification-requests", (route) => (broken ? route.abort() : route.continue())) });
  await email(page).fill("later@example.com");
  await button(page).click();
  await page.getByRole("alert").getByText(textsOf("en").unreachable).waitFor();
  assert.equal(await email(page).inputValue(), "later@example.com");
  broken = false;
  await button(page).click();
  await page.getByText("we will write to").waitFor();
  await bell.requestOf("later@example.com", "Requested");
});

test("a shop that does not answer keeps nobody waiting longer than three seconds a call", async () => {
  const page = await show(host(), { prepare: async (page) => {
    await page.route("**/availability*", () => {}); // never answered
    await page.route("**/page-token*", (route) => route.abort());
    await page.route("**/notification-requests", () => {});
  } });
  const began = Date.now();
  await email(page).waitFor();
  assert.ok(Date.now() - began < 8000, "the form is there although nobody said that the item is sold out");
  await email(page).fill("slow@example.com");
  const clicked = Date.now();
  await button(page).click();
  assert.equal(await button(page).innerText(), textsOf("en").busy);
  await page.getByText(textsOf("en").unreachable).waitFor();
  assert.ok(Date.now() - clicked < 8000);
});

for (const [status, key] of [[429, "too_many"], [503, "failed"], [500, "failed"], [403, "failed"]] as const)
  test(`${status} is said in words, and the form stays`, async () => {
    const page = await show(host(), { prepare: (page) => page.route("**/notification-requests", (route) => route.fulfill({
      status, contentType: "application/problem+json", headers: { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*" }, body: "{}" })) });
    await email(page).fill("busy@example.com");
    await button(page).click();
    await page.getByRole("alert").getByText(textsOf("en")[key]).waitFor();
    assert.equal(await email(page).inputValue(), "busy@example.com");
    assert.equal(await button(page).getAttribute("aria-busy"), null);
  });

test("what the server finds wrong with the address is said beside it", async () => {
  const page = await show(host());
  await email(page).fill("a@b..example");
  await button(page).click();
  await page.getByText(textsOf("en").email_wrong).waitFor();
  assert.equal(await email(page).getAttribute("aria-invalid"), "true");
});

test("more fields, the customer's address and a link to the shop's policy, where the shop wants them", async () => {
  const page = await show(host(`data-fields="first_name last_name" data-email="known@example.com" data-privacy="/privacy" data-heading="3"`));
  assert.equal(await email(page).inputValue(), "known@example.com");
  await page.getByLabel(/First name/).fill("Ada");
  await page.getByLabel(/Last name/).fill("Lovelace");
  assert.equal(await page.getByRole("heading", { level: 3, name: textsOf("en").title }).count(), 1);
  assert.equal(await page.getByRole("link", { name: "Privacy policy" }).getAttribute("href"), "/privacy");
  await button(page).click();
  await page.getByText("we will write to").waitFor();
  const request = await bell.requestOf("known@example.com", "Requested");
  assert.deepEqual([request.contact.first_name, request.contact.last_name], ["Ada", "Lovelace"]);
});

test("the field for machines is empty, and no person meets it", async () => {
  const page = await show(host());
  await email(page).waitFor();
  const trap = page.locator("[data-stockbell] input[name=website]");
  assert.equal(await trap.inputValue(), "");
  assert.deepEqual(await trap.evaluate((input: HTMLInputElement) => [input.tabIndex, input.autocomplete, input.closest("[aria-hidden=true]") !== null]),
    [-1, "off", true]);
  const box = (await trap.boundingBox())!;
  const shown = await trap.evaluate((input) => getComputedStyle(input.parentElement!).clipPath);
  assert.ok(box === null || shown === "inset(50%)");
});

test("a page that says sold out when it is not: the form gives way to the good news, in the room kept for it", async () => {
  const page = await show(`<div data-stockbell data-sku="S2" data-availability="out_of_stock"></div><p>Below</p>`);
  await page.getByText(textsOf("en").available).waitFor();
  assert.ok(await email(page).isHidden());
  assert.equal(await page.getByRole("link", { name: textsOf("en").reload }).getAttribute("href"), page.url());
});

test("a page that says in stock when it is not: the form is there", async () => {
  const page = await show(`<div data-stockbell data-sku="S1" data-availability="in_stock" hidden></div><p>Below</p>`);
  await email(page).waitFor();
});

const snippet = (action: string, back: string) => `
<div data-stockbell data-sku="S1" data-item="Wool Scarf">
  <form action="${action}" method="post">
    <input type="hidden" name="sku" value="S1">
    <input type="hidden" name="return_url" value="${back}">
    <input type="hidden" name="consent_version" value="2026-11">
    <label for="mail">E-mail address</label>
    <input id="mail" name="email" type="email" autocomplete="email" required aria-describedby="mail-error">
    <p id="mail-error" data-stockbell-error="email"></p>
    <button type="submit">Notify me</button>
  </form>
</div>`;

test("a shop's own form is used as it is, with the script and without", async () => {
  for (const [javaScriptEnabled, address] of [[true, "with@example.com"], [false, "without@example.com"]] as const) {
    const page = await show(snippet(`${bell.url}/api/v1/notification-requests`, "/"), { options: { javaScriptEnabled } });
    if (javaScriptEnabled) {
      await page.getByRole("button").click();
      await page.getByText(textsOf("en").email_missing).waitFor();
      assert.equal(await page.locator("#mail-error").innerText(), textsOf("en").email_missing);
    }
    await page.getByLabel("E-mail address").fill(address);
    await page.getByRole("button").click();
    await page.getByText(javaScriptEnabled ? "we will write to" : "will get one e-mail").waitFor();
    assert.equal((await bell.requestOf(address, "Requested")).sku, "S1");
  }
});
