// Double opt-in with a real mailbox, the page of a shopper's requests, purchases: as a shopper, a link scanner and a shop meet
// them. Pages work without JavaScript and by keyboard.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, complaints, openPage } from "./support/browser.ts";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { Postfix } from "./support/mail.ts";
import { Stockbell, until } from "./support/stockbell.ts";

let bell: Stockbell;
let postfix: Postfix;
before(async () => {
  postfix = await Postfix.start();
  bell = await Stockbell.start({
    STOCKBELL_MAIL_TRANSPORT: postfix.url, STOCKBELL_MAIL_FROM: "Harbour & Pine <shop@example.com>",
    STOCKBELL_COMMERCE_SITES: JSON.stringify([{ key: "default", title: "Harbour & Pine", double_opt_in: true, locales: ["en-GB", "de-DE"] }]),
    STOCKBELL_COMMERCE_REQUESTS_PER_MINUTE: "1000",
  });
  await bell.importFile("catalog", catalogXml("C1", "Wool Coat", [
    { sku: "COAT-S", size: "S" }, { sku: "COAT-M", size: "M" }, { sku: "COAT-L", size: "L" },
  ]));
  await bell.importFile("inventory", inventoryXml({ "COAT-S": 0, "COAT-M": 0, "COAT-L": 0 }));
  await bell.api("POST", "/feeds/catalog/run");
  await until("the feed is imported", async () => (await bell.api("GET", "/feed-imports")).items.some((row: any) => row.rows_read > 0));
});
after(async () => {
  await closeBrowser();
  await bell?.stop();
  await postfix?.stop();
});

async function mailsTo(address: string, count: number) {
  return await until(`${count} mail(s) to ${address}`, async () => {
    const found = (await postfix.messages()).filter((mail) => (mail.to as any).value[0].address === address);
    return found.length >= count && found.sort((a, b) => a.date!.getTime() - b.date!.getTime());
  });
}
const linkIn = (text: string, folder: string) => text.match(new RegExp(`${bell.url}/${folder}/[\\w-]+`))![0];
const get = (url: string, init: RequestInit = {}) => fetch(url, { redirect: "manual", ...init });
const timeline = async (id: string) => (await bell.api("GET", `/requests/${id}/timeline`)) as { status: string; reason: string }[] | { items: any[] };
const events = async (id: string) => {
  const lines = await timeline(id);
  return Array.isArray(lines) ? lines : lines.items;
};

test("a scanner's GET confirms nothing; the button does, without JavaScript and by keyboard", async () => {
  assert.equal((await bell.ask("COAT-S", "ada@example.com", { first_name: "Ada" })).status, 202);
  await bell.requestOf("ada@example.com", "Pending");
  const [mail] = await mailsTo("ada@example.com", 1);
  assert.match(mail.subject!, /confirm/i);
  assert.ok(!mail.headerLines.some((line) => line.key === "list-unsubscribe"), "nothing to unsubscribe from yet");
  assert.doesNotMatch(mail.html as string, /\/o\/|\/c\/|Ada/);
  const link = linkIn(mail.text!, "confirm");
  for (const headers of [{}, { Purpose: "prefetch" }, { "User-Agent": "LinkScanner/1.0" }] as Record<string, string>[])
    assert.equal((await get(link, { headers })).status, 200);
  assert.equal((await get(link, { method: "HEAD" })).status, 200);
  assert.equal((await bell.requestOf("ada@example.com", "Pending")).status, "Pending");

  const page = await openPage({ javaScriptEnabled: false, viewport: { width: 320, height: 640 } });
  const wrong = complaints(page);
  await page.goto(link);
  assert.equal(await page.locator("h1").innerText(), "Tell you when it is back?");
  assert.match(await page.locator("main").innerText(), /Wool Coat/);
  assert.ok(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out at 320 px");
  for (let i = 0; i < 10 && (await page.evaluate("document.activeElement.tagName")) !== "BUTTON"; ++i) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForSelector("text=Thank you, that is confirmed");
  const confirmed = await bell.requestOf("ada@example.com", "Requested");
  const proof = (await events(confirmed.id)).find((event) => event.status === "Requested")!;
  assert.match(proof.reason, /confirmed by the mailbox, from 127\.0\.0\.0\/24/);
  await page.click("text=See all my requests");
  assert.equal(await page.locator("h1").innerText(), "Your requests");
  assert.match(await page.locator("main").innerText(), /Waiting for it to come back/);
  assert.match(await page.locator("main").innerText(), /a…@example\.com/);
  assert.deepEqual(wrong.filter((line) => !/404/.test(line)), [], "but for the pictures that this catalog only names");
  assert.equal((await get(link)).status, 200, "the link says that it is confirmed");
  assert.ok(!bell.log.includes("ada@example.com"));
});

test("an unconfirmed request does not ring", async () => {
  await bell.ask("COAT-L", "quiet@example.com");
  await bell.requestOf("quiet@example.com", "Pending");
  await bell.ask("COAT-L", "loud@example.com");
  const [asked] = await mailsTo("loud@example.com", 1);
  assert.equal((await get(linkIn(asked.text!, "confirm"), { method: "POST" })).status, 200);
  await bell.requestOf("loud@example.com", "Requested");
  await bell.setStock("COAT-L", 5);
  await bell.requestOf("loud@example.com", "Sent");
  const mails = await mailsTo("loud@example.com", 2);
  assert.match(mails[1].text!, new RegExp(`${bell.url}/manage/`));
  assert.equal((await bell.requestOf("quiet@example.com", "Pending")).status, "Pending");
  assert.equal((await mailsTo("quiet@example.com", 1)).length, 1, "only the question");
  // Confirmed when the item is back already: it counts at once.
  const [late] = await mailsTo("quiet@example.com", 1);
  assert.equal((await get(linkIn(late.text!, "confirm"), { method: "POST" })).status, 200);
  await bell.requestOf("quiet@example.com", "Sent");
  await bell.setStock("COAT-L", 0);
});

test("fifty posts fill nobody's mailbox", async () => {
  for (let i = 0; i < 50; ++i)
    assert.equal((await bell.ask(["COAT-S", "COAT-M", "COAT-L"][i % 3], "victim@example.com", { first_name: `n${i}` })).status, 202);
  await mailsTo("victim@example.com", 1);
  await bell.ask("COAT-S", "after@example.com");
  await mailsTo("after@example.com", 1);  // whatever was queued before it has left
  assert.ok((await mailsTo("victim@example.com", 1)).length <= 3);
});

test("the page of all requests: change the size, stop one, stop all", async () => {
  await bell.ask("COAT-S", "mia@example.com");
  const [mail] = await mailsTo("mia@example.com", 1);
  const done = await (await get(linkIn(mail.text!, "confirm"), { method: "POST" })).text();
  const manage = done.match(/"([^"]*\/manage\/[\w-]+)"/)![1];
  const request = await bell.requestOf("mia@example.com", "Requested");

  const page = await openPage({ javaScriptEnabled: false });
  await page.goto(manage);
  await page.getByLabel("Another size or colour of Wool Coat, S").selectOption("COAT-M");
  await page.getByRole("button", { name: "Change" }).click();
  await page.waitForSelector("text=Your place in line stays");
  await until("the record has the other size", async () => (await bell.api("GET", `/requests/${request.id}`)).sku === "COAT-M");
  assert.ok((await events(request.id)).some((event) => /changed from COAT-S to COAT-M/.test(event.reason)));
  await bell.setStock("COAT-M", 1);
  await bell.requestOf("mia@example.com", "Sent");
  await page.goto(manage);
  assert.match(await page.locator("main").innerText(), /We told you that it is back/);

  await bell.ask("COAT-S", "mia@example.com");
  await until("the new request is here", async () => {
    await page.goto(manage);
    return /Waiting for your confirmation/.test(await page.locator("main").innerText());
  });
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.waitForSelector("text=We will tell you when it is back");
  await page.getByRole("button", { name: "Stop" }).first().click();
  await page.waitForSelector("text=You will not hear from us about it");
  const stopped = await bell.requestOf("mia@example.com", "Cancelled");
  assert.equal(stopped.sku, "COAT-S");
  const foreign = await bell.requestOf("ada@example.com", "Requested");
  const tried = await get(manage, { method: "POST", body: new URLSearchParams({ action: "stop", request: foreign.id }) });
  assert.match(tried.headers.get("location")!, /note=gone/);
  assert.equal((await bell.requestOf("ada@example.com", "Requested")).id, foreign.id);
  assert.equal((await get(`${manage}x`)).status, 404);
});

test("German shoppers are spoken to in German", async () => {
  await bell.ask("COAT-S", "jana@example.com", { locale: "de-DE" });
  const [mail] = await mailsTo("jana@example.com", 1);
  assert.match(mail.subject!, /Bitte bestätigen/);
  const page = await (await get(linkIn(mail.text!, "confirm"))).text();
  assert.match(page, /<html lang="de"/);
  assert.match(page, /Ja, Bescheid geben/);
});

test("a purchase closes the request, once", async () => {
  const request = await bell.requestOf("ada@example.com", "Requested");
  const bought = { email: "Ada@example.com", sku: "COAT-S", order_id: "2026-0001", at: new Date().toISOString() };
  for (let i = 0; i < 2; ++i) assert.deepEqual(await bell.api("POST", "/purchases", [bought]), { recorded: 1 });
  await bell.requestOf("ada@example.com", "Purchased");
  const lines = (await events(request.id)).filter((event) => event.status === "Purchased");
  assert.equal(lines.length, 1);
  assert.match(lines[0].reason, /2026-0001/);
  assert.equal((await bell.call("POST", "/api/v1/purchases", bought)).status, 401);
});

test("killed between the question and the answer, nothing is lost", async () => {
  await bell.ask("COAT-S", "kim@example.com");
  await bell.requestOf("kim@example.com", "Pending");
  await bell.killAndRestart();
  const [mail] = await mailsTo("kim@example.com", 1);
  assert.equal((await get(linkIn(mail.text!, "confirm"), { method: "POST" })).status, 200);
  await bell.killAndRestart();
  await bell.requestOf("kim@example.com", "Requested");
});
