// The console in a browser: sign in, watch the funnel, edit stock, follow a request, read the mailbox, see an import's errors.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { closeBrowser, complaints, openPage } from "./support/browser.ts";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { Stockbell } from "./support/stockbell.ts";

let bell: Stockbell;
let page: Page;
let problems: string[];
let password: string;
before(async () => {
  bell = await Stockbell.start({ STOCKBELL_ENGAGEMENT_RESTOCK_RULES: '[{"skus": ["S2"], "minimum_quantity": 100}]' });
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1", color: "Red" }, { sku: "S2", color: "Blue" }]));
  await bell.importFile("inventory", inventoryXml({ S1: 0, S2: 4 }).replace("<allocation>4", "<allocation>many"));
  await bell.ask("S1", "ada@example.com", { first_name: "Ada", last_name: "Lovelace" });
  await bell.requestOf("ada@example.com", "Requested");
  password = (await bell.cli("users", "add", "boss@example.com")).trim().split(" ").at(-1)!;
  page = await openPage({ viewport: { width: 1280, height: 900 } });
  problems = complaints(page);
});
after(async () => {
  await closeBrowser();
  await bell.stop();
});

const open = (name: string) => page.getByRole("navigation", { name: "Console" }).getByRole("link", { name }).click();

test("a wrong password is refused in words, the right one opens the console", async () => {
  await page.goto(`${bell.url}/console/`);
  await page.locator("wa-input[name=email] input").fill("boss@example.com");
  await page.locator("wa-input[name=password] input").fill("wrong-password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText(/do not belong together/).waitFor();
  await page.locator("wa-input[name=password] input").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation", { name: "Console" }).waitFor();
  problems.length = 0; // the refused sign-in is an expected 401
});

test("a request is found, with its timeline", async () => {
  await open("Requests");
  await page.getByText("ada@example.com").first().click();
  const drawer = page.locator("wa-drawer");
  await drawer.getByText("Ada Lovelace").waitFor();
  await drawer.getByText("asked in the shop").waitFor();
  await drawer.getByText(/waits for S1 to be available/).waitFor();
  assert.ok((await drawer.getByText("Requested", { exact: true }).count()) >= 2, "as status and in the timeline");
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "detached" });
});

test("stock edited in the console rings, and the mailbox shows the message", async () => {
  await open("Products");
  await page.getByRole("textbox", { name: "Units of S1" }).fill("7");
  await page.keyboard.press("Enter");
  await page.getByText("Saved").waitFor();
  await bell.requestOf("ada@example.com", "Sent");
  await open("Mailbox");
  await page.getByText(/Wool Scarf/).first().click();
  await page.locator("iframe").waitFor();
  await page.frameLocator("iframe").getByText(/Wool Scarf/).first().waitFor();
  await page.locator("wa-drawer").getByText("To ada@example.com").waitFor();
  await bell.requestOf("ada@example.com", "Opened"); // the frame fetched the pixel
  await page.keyboard.press("Escape");
  await page.locator("wa-drawer").waitFor({ state: "detached" });
});

test("what a rule holds is shown with its reason", async () => {
  await bell.ask("S2", "held@example.com");
  await bell.setStock("S2", 3);
  await open("Restocks");
  await page.getByRole("group", { name: "Held by a rule" }).getByText("back with 3 units, the rule wants 100").waitFor();
});

test("an import shows its refused rows; every page opens without complaint, at phone width too", async () => {
  await open("Imports");
  await page.getByText(/inventory/i).first().waitFor();
  for (const name of ["Today", "Requests", "Products", "Restocks", "Journeys", "Messages", "Mailbox", "Imports", "Feeds"]) {
    await open(name);
    await page.getByRole("heading", { level: 1, name }).waitFor();
  }
  await page.setViewportSize({ width: 360, height: 740 });
  for (const name of ["Today", "Requests", "Products", "Restocks", "Journeys", "Messages", "Mailbox", "Imports", "Feeds"]) {
    await open(name);
    await page.getByRole("heading", { level: 1, name }).waitFor();
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 360, name);
  }
  assert.deepEqual(problems.filter((text) => !/404|pictures/.test(text)), []);
});

test("signing out closes the door", async () => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  assert.equal(await page.evaluate(async () => (await fetch("/api/v1/requests")).status), 401);
});
