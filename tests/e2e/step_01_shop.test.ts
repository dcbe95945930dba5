// Step 1: the demo shop in a browser: list, product pages, variants, the form on a sold-out one; without JavaScript; by keyboard.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, complaints, openPage } from "./support/browser.ts";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { Stockbell, until } from "./support/stockbell.ts";

let bell: Stockbell;
before(async () => {
  bell = await Stockbell.start();
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [
    { sku: "RED-M", color: "Red", size: "M" }, { sku: "RED-L", color: "Red", size: "L" }, { sku: "BLUE-M", color: "Blue", size: "M" }]));
  await bell.importFile("inventory", inventoryXml({ "RED-M": 3, "RED-L": 0, "BLUE-M": 0 }, "default"));
});
after(async () => {
  await closeBrowser();
  await bell.stop();
});

const notify = "[data-stockbell]";
const buy = "[data-buy]";

test("the list shows the product and leads to its page", async () => {
  const page = await openPage();
  const problems = complaints(page);
  await page.goto(bell.url);
  await page.getByRole("link", { name: /Wool Scarf/ }).first().click();
  await page.waitForURL("**/products/M1**");
  assert.equal(await page.locator("h1").innerText(), "Wool Scarf");
  assert.ok(await page.locator(buy).isVisible(), "the first variant in stock is shown");
  assert.deepEqual(problems.filter((text) => !text.includes("404")), []); // this catalog has no pictures
});

for (const viewport of [{ width: 360, height: 740 }, { width: 1280, height: 900 }])
  test(`nothing is wider than the screen at ${viewport.width} px`, async () => {
    const page = await openPage({ viewport });
    for (const where of ["/", "/products/M1", "/products/M1?color=Blue&size=M"]) {
      await page.goto(bell.url + where);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= viewport.width, `${where}: ${wide}`);
    }
  });

test("the widget follows the variant, submits, and says what happened", async () => {
  const page = await openPage();
  await page.goto(`${bell.url}/products/M1?color=Red&size=M`);
  assert.ok(await page.locator(notify).isHidden());
  await page.getByRole("radio", { name: "L", exact: true }).check();
  await page.locator(notify).waitFor({ state: "visible" });
  assert.ok(await page.locator(buy).isHidden());
  await page.getByLabel("E-mail address").fill("not an address@");
  await page.locator(`${notify} form`).evaluate((form: HTMLFormElement) => (form.noValidate = true));
  await page.getByRole("button", { name: "Notify me" }).click();
  await page.locator("[data-stockbell-error=email]:not(:empty)").waitFor();
  assert.equal(await page.getByLabel("E-mail address").getAttribute("aria-invalid"), "true");
  await page.getByLabel("E-mail address").fill("ada@example.com");
  await page.getByRole("button", { name: "Notify me" }).click();
  await page.getByText(/Thank you.*ada@example.com/).waitFor();
  const request = await bell.requestOf("ada@example.com", "Requested");
  assert.equal(request.sku, "RED-L");
});

test("without JavaScript the same is a plain form", async () => {
  const page = await openPage({ javaScriptEnabled: false });
  await page.goto(`${bell.url}/products/M1`);
  await page.getByRole("radio", { name: "Blue", exact: true }).check();
  await page.getByRole("button", { name: "Show this choice" }).click();
  assert.ok(await page.locator(notify).isVisible());
  const opened = Date.now();
  await page.getByLabel("E-mail address").fill("plain@example.com");
  // Whoever sends sooner is asked to send again (docs/front-door.md).
  await until("the page is older than two seconds", () => Date.now() - opened > 2100);
  await page.getByRole("button", { name: "Notify me" }).click();
  await page.locator("main").getByText(/Wool Scarf/).first().waitFor();
  assert.equal((await bell.requestOf("plain@example.com", "Requested")).sku, "BLUE-M");
  await page.goto(`${bell.url}/products/M1?color=Red&size=M`);
  await page.getByRole("button", { name: "Add to cart" }).click();
  assert.match(await page.locator("main").innerText(), /Wool Scarf/);
});

test("by keyboard alone, with names a screen reader can say", async () => {
  const page = await openPage();
  await page.goto(`${bell.url}/products/M1?color=Red&size=L`);
  const email = page.getByRole("textbox", { name: "E-mail address" });
  for (let i = 0; i < 30 && !(await email.evaluate((field) => field === document.activeElement)); ++i) await page.keyboard.press("Tab");
  await page.keyboard.type("keys@example.com");
  await page.keyboard.press("Enter");
  await page.getByText(/Thank you.*keys@example.com/).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("role")), "status", "the focus is on the answer");
  assert.equal((await bell.requestOf("keys@example.com", "Requested")).sku, "RED-L");
});
