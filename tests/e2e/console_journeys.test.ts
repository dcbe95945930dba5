// Journeys in the console: a canvas with live counts; a step is added, edited, checked and published, by keyboard too.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { closeBrowser, complaints, openPage } from "./support/browser.ts";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { Stockbell, until } from "./support/stockbell.ts";

let bell: Stockbell;
let page: Page;
let problems: string[];

before(async () => {
  bell = await Stockbell.start();
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1", color: "Red" }]));
  await bell.importFile("inventory", inventoryXml({ S1: 0 }));
  await bell.api("POST", "/feeds/catalog/run");
  const password = (await bell.cli("users", "add", "boss@example.com")).trim().split(" ").at(-1)!;
  page = await openPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`${bell.url}/console/`);
  await page.locator("wa-input[name=email] input").fill("boss@example.com");
  await page.locator("wa-input[name=password] input").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation", { name: "Console" }).waitFor();
  problems = complaints(page);
});
after(async () => {
  await closeBrowser();
  await bell.stop();
});

const node = (words: string | RegExp) => page.locator(".react-flow__node").filter({ hasText: words });
const press = (name: string | RegExp) => page.getByRole("button", { name }).click();

test("the journey in force is drawn, with counts that follow", async () => {
  await page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: "Journeys" }).click();
  await page.getByRole("link", { name: "Back in stock" }).click();
  await node("Update object").waitFor();
  assert.equal(await page.locator(".react-flow__node").count(), 3);
  assert.equal(await page.locator(".react-flow__edge").count(), 2);
  await bell.ask("S1", "ada@example.com");
  await bell.requestOf("ada@example.com", "Requested");
  await bell.setStock("S1", 3);
  await bell.requestOf("ada@example.com", "Sent");
  await node(/E-mail.*1 in.*0 here/).waitFor();
});

test("a step is added after the chosen one, its faults are shown, mended and published", async () => {
  await node("Recheck stock").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "Step recheck" }).waitFor();
  await page.getByLabel("Add a step").selectOption("wait");
  const panel = page.getByRole("region", { name: "Step wait" });
  await panel.getByLabel("For").fill("3");
  await panel.getByLabel("Unit").selectOption("hours");
  await press("Check");
  await page.getByText(/needs a recheck_stock before it/).waitFor();
  assert.equal(await page.locator(".step-node.faulty").count(), 1);
  await press("Publish");
  await page.getByRole("alert").filter({ hasText: "needs a recheck_stock" }).first().waitFor();
  await node("Wait").click();
  await page.getByLabel("Add a step").selectOption("recheck_stock");
  await press("Check");
  await page.getByText("Nothing stands in the way").waitFor();
  await press("Publish");
  await page.getByText("Version 2 is in force").waitFor();
  const { definition } = (await bell.api("GET", "/journeys/back-in-stock")).versions[0];
  assert.deepEqual(definition.steps.wait, { type: "wait", duration: 3, unit: "hours", next: "recheck_stock" });
  assert.deepEqual(definition.steps.recheck_stock, { type: "recheck_stock", next: "email" });
});

test("it is paused, resumed and, asked twice, stopped", async () => {
  await press("Pause");
  await page.getByText("It is paused now").waitFor();
  await press("Resume");
  await page.getByText("It is active now").waitFor();
  await press("Stop…");
  await press("Stop it for everybody in it");
  await page.getByText("It is stopped now").waitFor();
  assert.equal((await bell.api("GET", "/journeys/back-in-stock")).status, "stopped");
});

test("at phone width nothing is wider than the page, and nothing complains", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const where of ["#/journeys", "#/journeys/back-in-stock", "#/restocks"]) {
    await page.goto(`${bell.url}/console/${where}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await until("it is painted", async () => (await page.locator("main .waiting").count()) === 0);
    assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), where);
  }
  // The refused publish is an expected 422.
  assert.deepEqual(problems.filter((one) => !/422/.test(one)), []);
});
