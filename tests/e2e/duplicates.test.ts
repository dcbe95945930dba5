// Contacts that may be one person: found by a duplicate rule, compared and merged in the console, taken back.
import assert from "node:assert/strict";
import { writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { closeBrowser, complaints, openPage } from "./support/browser.ts";
import { catalogXml } from "./support/catalog.ts";
import { conforms } from "./support/openapi.ts";
import { type Answer, type Json, Stockbell, until } from "./support/stockbell.ts";

let bell: Stockbell;
let page: Page;
let problems: string[];
let password: string;

async function call(method: string, where: string, body?: Json): Promise<Answer> {
  const answer = await bell.call(method, where, body, { Authorization: `Bearer ${bell.key}` });
  conforms(method, where, answer);
  return answer;
}
const openSets = async () => (await call("GET", "/api/v1/duplicate-sets")).json.items;

// One person twice: the same phone, another address, another spelling of the name.
async function askTwice(last: string, phone: string) {
  await bell.ask("S1", `${last}@home.example`, { first_name: "Robert", last_name: last, phone });
  await bell.requestOf(`${last}@home.example`, "Requested");
  await bell.ask("S1", `rob.${last}@work.example`, { first_name: "Rob", last_name: last, phone });
  await bell.requestOf(`rob.${last}@work.example`, "Requested");
}

before(async () => {
  const rules = path.join(mkdtempSync(path.join(tmpdir(), "stockbell-rules-")), "rules.json");
  writeFileSync(rules, JSON.stringify({ duplicate_rules: [{ name: "same_person", matching_rule: "standard_contact", alert: false }] }));
  bell = await Stockbell.start({ STOCKBELL_CRM_RULES: rules });
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1" }, { sku: "S2" }]));
  password = (await bell.cli("users", "add", "boss@example.com")).trim().split(" ").at(-1)!;
});
after(async () => {
  await closeBrowser();
  await bell.stop();
});

test("a person who comes back with another address is reported, merged, and can be restored", async () => {
  await askTwice("Smith", "+1 415 555 0100");
  const [set] = await until("the two are reported", async () => {
    const found = await openSets();
    return found.length === 1 && found;
  });
  const detail = (await call("GET", `/api/v1/duplicate-sets/${set.id}`)).json;
  assert.deepEqual(detail.fields.filter((one: Json) => one.differs).map((one: Json) => one.name), ["FirstName", "Email"]);
  const [older, younger] = detail.contacts;
  assert.deepEqual([older.requests.open, younger.requests.open], [1, 1]);

  const bad = await call("POST", `/api/v1/duplicate-sets/${set.id}/merge`, { master: older.id, fields: { Shoe: older.id } });
  assert.equal(bad.status, 422);
  const merged = await call("POST", `/api/v1/duplicate-sets/${set.id}/merge`, { master: older.id, fields: { FirstName: younger.id } });
  assert.equal(merged.status, 200);
  assert.equal((await openSets()).length, 0);
  assert.equal((await call("POST", `/api/v1/duplicate-sets/${set.id}/merge`, { master: older.id })).status, 409);
  const requests = await bell.requests(`&email=${younger.email}`);
  assert.deepEqual([...new Set(requests.map((row) => row.contact.id))], [older.id], "the old address finds the one that stays");
  assert.deepEqual(requests.map((row) => row.status).sort(), ["Cancelled", "Requested"], "one place in line, not two");

  await bell.ask("S2", younger.email);
  await until("a request by the old address is the other's", async () =>
    (await bell.requests("&sku=S2")).some((row) => row.contact.id === older.id));

  const [merge] = (await call("GET", "/api/v1/contact-merges")).json.items;
  assert.equal(merge.may_undo, true);
  const undone = await call("POST", `/api/v1/contact-merges/${merge.id}/undo`);
  assert.equal(undone.status, 200);
  assert.deepEqual(undone.json.kept, []);
  assert.equal((await call("POST", `/api/v1/contact-merges/${merge.id}/undo`)).status, 409);
  assert.deepEqual((await bell.requests(`&email=${younger.email}`)).map((row) => row.status), ["Requested"]);
  assert.equal((await call("POST", `/api/v1/duplicate-sets/${set.id}/dismiss`)).json.status, "dismissed");
  assert.equal((await call("GET", "/api/v1/duplicate-sets?status=dismissed")).json.items.length, 1);
});

test("in the console: compare, choose, merge, undo", async () => {
  await askTwice("Jones", "+1 212 555 0199");
  page = await openPage({ viewport: { width: 1280, height: 900 } });
  problems = complaints(page);
  await page.goto(`${bell.url}/console/`);
  await page.locator("wa-input[name=email] input").fill("boss@example.com");
  await page.locator("wa-input[name=password] input").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation", { name: "Console" }).waitFor();
  problems.length = 0; // the question who is signed in was answered by a 401
  await page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: "Duplicates" }).click();
  await page.getByRole("link", { name: /Robert Jones/ }).click();
  await page.getByRole("heading", { name: "Compare contacts" }).waitFor();
  await page.getByRole("radiogroup", { name: "Which contact stays" }).waitFor();
  assert.equal(await page.getByText("differs").count(), 2);
  await shoot("compare");

  await page.getByRole("radiogroup", { name: "Which contact stays" }).getByRole("radio", { name: /Rob Jones/ }).check();
  const email = page.getByRole("radiogroup", { name: "E-mail" });
  assert.ok(await email.getByRole("radio", { name: /rob.jones@work/i }).isChecked(), "fields follow the one that stays");
  await email.getByRole("radio", { name: /rob.jones@work/i }).focus();
  await page.keyboard.press("ArrowLeft");
  assert.ok(await email.getByRole("radio", { name: /^jones@home/i }).isChecked(), "by keyboard, too");
  await page.getByRole("button", { name: /Merge into Rob Jones/ }).click();
  await page.getByText("You can undo this for 30 days").waitFor();
  await shoot("confirm");
  await page.getByRole("button", { name: "Merge", exact: true }).click();
  await page.getByRole("region", { name: "Recent merges" }).getByText("Robert Jones").first().waitFor();
  await shoot("merged");
  const requests = await bell.requests("&email=rob.jones@work.example");
  assert.ok(requests.every((row) => row.contact.email.toLowerCase() === "jones@home.example"), "the chosen address is the contact's");

  await page.getByRole("button", { name: /Undo the merge of Robert Jones/ }).click();
  await page.getByText("is restored").waitFor();
  await page.getByRole("link", { name: /Robert Jones/ }).click();
  await page.getByRole("button", { name: "They are different people" }).click();
  await page.getByText("Nobody looks like somebody else").waitFor();
  assert.deepEqual(problems, []);
});

test("on a phone the contacts are compared field by field, without scrolling sideways", async () => {
  await askTwice("Brown", "+1 312 555 0123");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  await page.getByRole("link", { name: /Robert Brown/ }).click();
  await page.getByRole("radiogroup", { name: "E-mail" }).waitFor();
  await shoot("phone");
  const wide = await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
  assert.equal(wide, false);
  assert.deepEqual(problems, []);
});

// With STOCKBELL_SHOTS=folder the pages are kept as pictures, for people to look at.
async function shoot(name: string): Promise<void> {
  const folder = process.env.STOCKBELL_SHOTS;
  if (folder) await page.screenshot({ path: path.join(folder, `duplicates_${name}.png`), fullPage: true });
}
