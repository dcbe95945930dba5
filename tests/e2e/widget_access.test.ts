// The form and the pages around it for everybody: axe by WCAG 2.2 AA in every state, language, size and colour scheme; by keyboard
// alone; with nothing that moves under a reader's finger.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { BrowserContextOptions, Page } from "playwright-core";
import { accessibilityProblems } from "./support/axe.ts";
import { closeBrowser, openPage } from "./support/browser.ts";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { ShopPages, languages, shopCss, textsOf } from "./support/shop_page.ts";
import { Stockbell } from "./support/stockbell.ts";

let bell: Stockbell;
let shop: ShopPages;
before(async () => {
  bell = await Stockbell.start();
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [
    { sku: "RED-M", color: "Red", size: "M" }, { sku: "RED-L", color: "Red", size: "L" }, { sku: "BLUE-M", color: "Blue", size: "M" }]));
  await bell.importFile("inventory", inventoryXml({ "RED-M": 3, "RED-L": 0, "BLUE-M": 0 }, "default"));
  shop = await ShopPages.start(bell.url, { "/shop.css": shopCss });
});
after(async () => {
  await closeBrowser();
  await shop.stop();
  await bell.stop();
});

const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 900 } };
const soldOut = "/products/M1?color=Red&size=L";
let people = 0;

// Idle, refused, done: axe has nothing to say, and nothing jumped that the shopper did not do.
async function through(page: Page, language: string): Promise<void> {
  const texts = textsOf(language);
  const field = page.locator("[data-stockbell] input[name=email]");
  const button = page.locator("[data-stockbell] [type=submit]");
  await field.waitFor();
  assert.deepEqual(await accessibilityProblems(page), [], "idle");
  await field.fill("nobody");
  await button.click();
  await page.getByText(texts.email_wrong).waitFor();
  assert.deepEqual(await accessibilityProblems(page), [], "error");
  await field.fill(`person${++people}@example.com`);
  await button.click();
  await page.locator("[data-stockbell] [data-state=done]").waitFor();
  assert.deepEqual(await accessibilityProblems(page), [], "success");
}

for (const language of languages)
  for (const [size, options] of [["phone", phone], ["desktop", desktop]] as const)
    test(`the shop's product page, ${language}, ${size}: idle, error, success`, async () => {
      const page = await openPage(options);
      await page.goto(`${bell.url}${soldOut}&locale=${language}`);
      await through(page, language);
    });

for (const scheme of ["light", "dark"] as const)
  for (const language of languages)
    test(`a form in a shadow root, ${language}, ${scheme}`, async () => {
      const where = `/${scheme}-${language}`;
      shop.pages[where] = { lang: language, head: `<script src="${shop.script()}" defer></script>`,
        body: `<div data-stockbell data-sku="RED-L" data-fields="first_name" data-privacy="/privacy"></div>` };
      const page = await openPage({ ...phone, colorScheme: scheme });
      await page.goto(shop.url + where);
      await through(page, language);
    });

test("the shop in the dark, in stock and sold out, by form post and without JavaScript", async () => {
  for (const options of [{ ...desktop, colorScheme: "dark" }, { ...phone, javaScriptEnabled: true }] as BrowserContextOptions[]) {
    const page = await openPage(options);
    for (const where of ["/", soldOut, "/products/M1?color=Red&size=M", "/products/none"]) {
      await page.goto(bell.url + where);
      assert.deepEqual(await accessibilityProblems(page), [], where);
    }
  }
  // axe itself needs scripts, the page does not: the widget's file is kept away instead.
  const page = await openPage({ ...phone, colorScheme: "dark" });
  await page.route(/widget\.js|shop-.*\.js/, (route) => route.abort());
  await page.goto(bell.url + soldOut);
  assert.deepEqual(await accessibilityProblems(page), [], "plain form");
  await page.locator("form[action$=notification-requests]").evaluate((form: HTMLFormElement) => (form.noValidate = true));
  await page.getByLabel(textsOf("en").email).fill("nobody");
  await page.getByRole("button", { name: textsOf("en").submit }).click();
  await page.getByText(textsOf("en").email_wrong).waitFor();
  assert.deepEqual(await accessibilityProblems(page), [], "plain form, refused");
  await page.getByLabel(textsOf("en").email).fill("plain@example.com");
  await page.getByRole("button", { name: textsOf("en").submit }).click();
  await page.waitForURL("**/notification-requests");
  assert.deepEqual(await accessibilityProblems(page), [], "received");
});

test("by keyboard: in order, out again, and Enter sends", async () => {
  shop.pages["/keys"] = { head: `<script src="${shop.script()}" defer></script>`,
    body: `<p><a href="#a">Before</a></p><div data-stockbell data-sku="RED-L" data-fields="first_name" data-privacy="/privacy"></div><p><a href="#b">After</a></p>` };
  const page = await openPage(desktop);
  await page.goto(`${shop.url}/keys`);
  await page.locator("[data-stockbell] input[name=email]").waitFor();
  const focused = () => page.evaluate(() => {
    const outer = document.activeElement;
    const inner = (outer?.shadowRoot?.activeElement ?? outer) as HTMLInputElement | null;
    return inner?.name || inner?.textContent || "";
  });
  const order: string[] = [];
  for (let i = 0; i < 6; ++i) {
    await page.keyboard.press("Tab");
    order.push(await focused());
    await page.keyboard.press("Escape"); // nothing to close, nothing to be caught in
    assert.equal(await focused(), order.at(-1));
  }
  const texts = textsOf("en");
  assert.deepEqual(order, ["Before", "email", "first_name", texts.submit, texts.privacy, "After"]);
  for (let i = 0; i < 4; ++i) await page.keyboard.press("Shift+Tab");
  assert.equal(await focused(), "email");
  const outline = await page.locator("[data-stockbell] input[name=email]").evaluate((input) => getComputedStyle(input).outlineWidth);
  assert.equal(outline, "3px", "where the focus is can be seen");
  await page.keyboard.press("Enter");
  await page.getByText(texts.email_missing).waitFor();
  assert.equal(await focused(), "email");
  await page.keyboard.type("keys@example.com");
  await page.keyboard.press("Enter");
  await page.locator("[data-stockbell] [data-state=done]").waitFor();
  assert.match(await focused(), /keys@example\.com/);
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "After");
});

test("every target is at least 24 pixels, at 320 pixels of width nothing is cut off, and nothing is animated", async () => {
  shop.pages["/small"] = { lang: "de", head: `<script src="${shop.script()}" defer></script>`,
    body: `<div data-stockbell data-sku="RED-L" data-fields="first_name last_name phone"></div>` };
  const page = await openPage({ viewport: { width: 320, height: 640 }, reducedMotion: "reduce" });
  for (const where of [`${shop.url}/small`, `${bell.url}${soldOut}&locale=de`]) {
    await page.goto(where);
    await page.locator("[data-stockbell] [type=submit]").waitFor();
    for (const target of await page.locator("[data-stockbell] :is(input:not([type=hidden]):not([name=website]), button)").all()) {
      const box = (await target.boundingBox())!;
      assert.ok(box.width >= 24 && box.height >= 24, `${where}: ${JSON.stringify(box)}`);
      assert.ok(box.x >= 0 && box.x + box.width <= 320);
    }
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320);
    assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  }
});

test("colours follow the page's scheme, and the shop's variables", async () => {
  const head = `<script src="${shop.script()}" defer></script>`;
  shop.pages["/colours"] = { head, body: `<div data-stockbell data-sku="RED-L"></div><div data-stockbell data-sku="BLUE-M" class="own"></div>` };
  for (const [colorScheme, accent, error] of [["light", "rgb(31, 90, 76)", "rgb(168, 50, 31)"], ["dark", "rgb(124, 199, 176)", "rgb(255, 157, 138)"]] as const) {
    const page = await openPage({ ...desktop, colorScheme });
    await page.goto(`${shop.url}/colours`);
    const forms = page.locator("[data-stockbell]");
    await forms.nth(1).locator("button").click();
    await page.getByText(textsOf("en").email_missing).waitFor();
    const colour = (of: string, property: string) =>
      forms.locator(of).first().evaluate((element, property) => getComputedStyle(element).getPropertyValue(property), property);
    assert.equal(await colour("button", "background-color"), accent);
    assert.equal(await colour("#email-error", "color"), error);
    await forms.first().evaluate((host: HTMLElement) => host.style.setProperty("--stockbell-accent", "rgb(1, 2, 3)"));
    assert.equal(await colour("button", "background-color"), "rgb(1, 2, 3)");
    await forms.first().locator("input[name=email]").focus();
    assert.match(await colour("input[name=email]", "outline"), /3px/);
  }
});

// What moved without the shopper's doing (CLS), from the first byte on.
const watchShifts = () => {
  (window as any).shifts = [];
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries() as any[])
      if (!shift.hadRecentInput) (window as any).shifts.push([shift.value, shift.sources?.map((s: any) => s.node?.outerHTML?.slice(0, 80))]);
  }).observe({ type: "layout-shift", buffered: true });
};

for (const [size, options] of [["phone", phone], ["desktop", desktop]] as const)
  test(`nothing shifts, ${size}: sold out, in stock, and a page that is wrong about it`, async () => {
    const head = `<script src="${shop.script()}" defer></script>`;
    const below = "<p>Below</p>".repeat(30);
    shop.pages["/out"] = { head, body: `<div data-stockbell data-sku="RED-L"></div>${below}` };
    shop.pages["/said-out"] = { head, body: `<div data-stockbell data-sku="RED-L" data-availability="out_of_stock"></div>${below}` };
    shop.pages["/in"] = { head, body: `<div data-stockbell data-sku="RED-M" data-availability="in_stock"></div>${below}` };
    shop.pages["/silent-in"] = { head, body: `<div data-stockbell data-sku="RED-M"></div>${below}` };
    shop.pages["/wrong"] = { head, body: `<div data-stockbell data-sku="RED-M" data-availability="out_of_stock"></div>${below}` };
    const pages = [soldOut, "/products/M1?color=Red&size=M"].map((where) => bell.url + where)
      .concat(["/out", "/said-out", "/in", "/silent-in", "/wrong"].map((where) => shop.url + where));
    for (const where of pages) {
      const page = await openPage(options);
      await page.addInitScript(watchShifts);
      // Slow enough for the page to be painted before the script and the stock are there.
      await page.route(/widget\.js|availability/, async (route) => {
        const answer = await route.fetch();
        await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));
        await route.fulfill({ response: answer });
      });
      const asked = page.waitForResponse(/availability/, { timeout: 60_000 });
      await page.goto(where);
      await (await asked).finished();
      if (/out|size=L/.test(where)) {
        await page.locator("[data-stockbell] input[name=email]").waitFor();
        await page.locator("[data-stockbell] input[name=email]").fill(`still${++people}@example.com`);
        // The answers take longer than the half second in which a shift counts as the shopper's own.
        await page.locator("[data-stockbell] [type=submit]").evaluate((button: HTMLElement) => button.click());
        await page.locator("[data-stockbell] [data-state=done]").waitFor();
      }
      await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));
      assert.deepEqual(await page.evaluate(() => (window as any).shifts), [], where);
      await page.context().close();
    }
  });
