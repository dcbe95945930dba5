// The notify form follows the variant that is chosen on the page, in each of the ways that docs/widget.md tells of.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { closeBrowser, openPage } from "./support/browser.ts";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { ShopPages, shopCss, textsOf } from "./support/shop_page.ts";
import { Stockbell } from "./support/stockbell.ts";

let bell: Stockbell;
let shop: ShopPages;
// What a shop's own script does; pages may not have any inline.
const follow = `document.addEventListener("click", ({ target }) => {
  const { event, sfra, api, set, attribute, address, text } = target.dataset;
  const main = document.querySelector("main");
  if (event) main.dispatchEvent(new CustomEvent("stockbell:variant", { bubbles: true, detail: { sku: event } }));
  // The answer of Product-Variation, as the storefront reference architecture has it.
  if (sfra) document.dispatchEvent(new CustomEvent("stockbell:variant", { detail: { id: sfra, productType: "variant", available: false } }));
  if (api) Stockbell.setVariant(api === "none" ? null : api);
  if (set) document.querySelector("#pid").dataset.pid = set;
  if (text) document.querySelector("#article").textContent = text;
  if (attribute) document.querySelector("[data-stockbell]").dataset.sku = attribute;
  if (address) history.pushState(null, "", "?variant=" + address);
});`;

before(async () => {
  bell = await Stockbell.start();
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [
    { sku: "RED", color: "Red" }, { sku: "BLUE", color: "Blue" }, { sku: "GREEN", color: "Green" }]));
  await bell.importFile("inventory", inventoryXml({ RED: 0, BLUE: 4, GREEN: 0 }, "default"));
  shop = await ShopPages.start(bell.url, { "/shop.css": shopCss, "/follow.js": follow });
});
after(async () => {
  await closeBrowser();
  await shop.stop();
  await bell.stop();
});

let pages = 0;
async function show(body: string, query = ""): Promise<Page> {
  const where = `/p${++pages}`;
  shop.pages[where] = { body, head: `<script src="/follow.js" defer></script><script src="${shop.script()}" defer></script>` };
  const page = await openPage();
  await page.goto(shop.url + where + query);
  return page;
}
const email = (page: Page) => page.locator("[data-stockbell] input[name=email]");
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
async function asks(page: Page, sku: string): Promise<void> {
  const address = `${sku}.${pages}@example.com`.toLowerCase();
  await email(page).fill(address);
  await page.locator("[data-stockbell] button").click();
  await page.getByText("we will write to").waitFor();
  assert.equal((await bell.requestOf(address, "Requested")).sku, sku);
}

for (const [what, body, data] of [
  ["an event", `<div data-stockbell data-sku="RED"></div>`, "event"],
  ["the product of SFRA's Product-Variation as an event", `<div data-stockbell data-sku="RED"></div>`, "sfra"],
  ["a call", `<div data-stockbell data-sku="RED"></div>`, "api"],
  ["its own data-sku", `<div data-stockbell data-sku="RED"></div>`, "attribute"],
  ["another element's attribute", `<div id="pid" data-pid="RED"></div><div data-stockbell data-sku-from="#pid" data-sku-attribute="data-pid"></div>`, "set"],
  ["another element's text", `<p>Article <b id="article">RED</b></p><div data-stockbell data-sku-from="#article"></div>`, "text"],
] as const)
  test(`by ${what}: gone for what is in stock, there again for what is sold out`, async () => {
    const page = await show(`<button data-${data}="BLUE">Blue</button><button data-${data}="GREEN">Green</button>${body}`);
    await email(page).waitFor();
    await press(page, "Blue");
    await email(page).waitFor({ state: "hidden" });
    assert.equal(await page.locator("[data-stockbell]").isHidden(), true);
    await press(page, "Green");
    await email(page).waitFor();
    await asks(page, "GREEN");
  });

test("by the address of the page, at first and after", async () => {
  const page = await show(`<button data-address="BLUE">Blue</button><button data-address="RED">Red</button><div data-stockbell></div>`, "?variant=GREEN");
  await email(page).waitFor();
  await press(page, "Blue");
  await email(page).waitFor({ state: "hidden" });
  await page.goBack();
  await email(page).waitFor();
  await press(page, "Red");
  await asks(page, "RED");
});

test("by a choice in a list", async () => {
  const page = await show(`<label>Colour <select id="choice"><option value="RED">Red</option><option value="BLUE">Blue</option>
    <option value="GREEN">Green</option></select></label><div data-stockbell data-sku-from="#choice"></div>`);
  await email(page).waitFor();
  await page.getByLabel("Colour").selectOption("BLUE");
  await email(page).waitFor({ state: "hidden" });
  await page.getByLabel("Colour").selectOption("GREEN");
  await asks(page, "GREEN");
});

test("a success belongs to its variant: another one has its own form, with the address still in it", async () => {
  const page = await show(`<button data-event="GREEN">Green</button><button data-api="none">None</button><div data-stockbell data-sku="RED"></div>`);
  await asks(page, "RED");
  await press(page, "Green");
  await email(page).waitFor();
  assert.match(await email(page).inputValue(), /^red/);
  assert.equal(await page.getByText("we will write to").count(), 0);
  await press(page, "None");
  await email(page).waitFor({ state: "hidden" });
});

test("the form stands where a script element with a variant does", async () => {
  const where = `/p${++pages}`;
  shop.pages[where] = { lang: "de", body: `<p id="above">Above</p><script src="${shop.script("?locale=de")}" data-sku="RED" async></script><p>Below</p>` };
  const page = await openPage();
  await page.goto(shop.url + where);
  await page.getByText(textsOf("de").title).waitFor();
  assert.equal(await page.evaluate(() => document.querySelector("[data-stockbell]")!.previousElementSibling!.tagName), "SCRIPT");
  await page.getByLabel(textsOf("de").email).fill("script@example.com");
  await page.getByRole("button").click();
  await page.getByText("schreiben wir an").waitFor();
  assert.equal((await bell.requestOf("script@example.com", "Requested")).locale, "de");
});

test("several on a page ask once for all, and each keeps to itself; one that comes later is found, too", async () => {
  const where = `/p${++pages}`;
  shop.pages[where] = { head: `<script src="${shop.script()}" defer></script>`,
    body: ["RED", "BLUE", "GREEN"].map((sku) => `<section id="${sku}"><h2>${sku}</h2><div data-stockbell data-sku="${sku}"></div></section>`).join("") };
  const page = await openPage();
  const asked: string[] = [];
  page.on("request", (request) => request.url().includes("/availability") && asked.push(request.url()));
  await page.goto(shop.url + where);
  await page.locator("#GREEN input[name=email]").waitFor();
  assert.equal(await page.locator("input[name=email]:visible").count(), 2);
  assert.equal(asked.length, 1, asked.join(" "));
  await page.locator("#GREEN input[name=email]").fill("several@example.com");
  await page.locator("#GREEN button").click();
  await page.locator("#GREEN").getByText("we will write to").waitFor();
  assert.ok(await page.locator("#RED input[name=email]").isVisible());
  assert.equal((await bell.requestOf("several@example.com", "Requested")).sku, "GREEN");
  await page.evaluate(() => {
    const late = document.createElement("div");
    late.id = "late";
    late.dataset.stockbell = "";
    late.dataset.sku = "RED";
    document.body.append(late);
  });
  await page.locator("#late input[name=email]").waitFor();
  await page.evaluate(() => (window as any).Stockbell.setVariant("BLUE", "#late"));
  await page.locator("#late input[name=email]").waitFor({ state: "hidden" });
  assert.ok(await page.locator("#RED input[name=email]").isVisible(), "only the one meant");
});

test("what happens is told to the page, never with the address", async () => {
  const page = await show(`<button data-event="BLUE">Blue</button><div data-stockbell data-sku="RED"></div>`);
  await email(page).waitFor();
  await page.evaluate(() => document.addEventListener("stockbell:state", (event) =>
    ((window as any).told ??= []).push((event as CustomEvent).detail)));
  await asks(page, "RED");
  await press(page, "Blue");
  await email(page).waitFor({ state: "hidden" });
  await page.waitForFunction(() => (window as any).told.some((one: any) => one.sku === "BLUE" && one.state === "available"));
  const told = await page.evaluate(() => (window as any).told);
  assert.deepEqual(told[0], { sku: "RED", site: "default", state: "done" });
  assert.deepEqual(told.at(-1), { sku: "BLUE", site: "default", state: "available", availability: "in_stock", quantity: 4 });
  assert.doesNotMatch(JSON.stringify(told), /@/);
});
