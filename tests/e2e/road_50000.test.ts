// The road on a catalog of 50,000 products: 2,000 requests, one stock file that brings 500 SKUs back, a real SMTP server.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { Postfix } from "./support/mail.ts";
import { Stockbell, until } from "./support/stockbell.ts";

let bell: Stockbell;
let postfix: Postfix;
before(async () => {
  postfix = await Postfix.start();
  bell = await Stockbell.start({ STOCKBELL_MAIL_TRANSPORT: postfix.url });
});
after(async () => {
  await bell?.stop();
  await postfix?.stop();
});

const skusOf = (file: string, pattern: RegExp) => [...readFileSync(file, "utf8").matchAll(pattern)].map((match) => match[1]);

test("every due message is delivered once, none undue, statuses are right", { timeout: 540_000 }, async () => {
  const folder = path.join(bell.directory, "demo");
  await bell.cli("demo", "--out", folder, "--products", "50000", "--variant-limit", "1", "--restock", "500", "--seed", "7");
  await bell.cli("import", "catalog", path.join(folder, "catalog.xml"));
  await bell.cli("import", "inventory", path.join(folder, "inventory.xml"));

  const back = skusOf(path.join(folder, "restock.xml"), /product-id="([^"]+)"/g);
  assert.equal(back.length, 500);
  const soldOut = [...readFileSync(path.join(folder, "inventory.xml"), "utf8")
    .matchAll(/<record product-id="([^"]+)">\s*<allocation>0<\/allocation>/g)].map((match) => match[1]);
  const still = soldOut.filter((sku) => !back.includes(sku)).slice(0, 500);
  assert.equal(still.length, 500);

  // 1,500 requests for SKUs that come back (some people want two), 500 for SKUs that don't.
  const wanted: [string, string][] = [];
  for (let i = 0; i < 1500; ++i) wanted.push([back[i % 500], `shopper${i % 1200}@example.com`]);
  for (let i = 0; i < 500; ++i) wanted.push([still[i], `shopper${i}@example.com`]);
  for (let i = 0; i < wanted.length; i += 50)
    for (const answer of await Promise.all(wanted.slice(i, i + 50).map(([sku, email]) => bell.ask(sku, email))))
      assert.equal(answer.status, 202, answer.text);
  await until("2,000 requests are in the CRM", async () => (await bell.requests("&status=Requested")).length === 2000, 120_000);

  await bell.cli("import", "inventory", path.join(folder, "restock.xml"));
  await until("1,500 are Sent", async () => (await bell.requests("&status=Sent")).length === 1500, 180_000);
  await until("1,500 are in the mailbox", () => postfix.raw().length >= 1500, 120_000);
  await bell.cli("feed", "run");
  await until("the feed of the whole catalog is imported", async () =>
    (await bell.api("GET", "/feed-imports")).items.some((row: any) => row.state === "completed" && row.rows_read >= 50_000), 180_000);

  const due = new Set(wanted.slice(0, 1500).map(([sku, email]) => `${email} ${sku}`));
  const seen = new Set<string>();
  const requests = await bell.requests();
  const skuOf = new Map<string, string>(); // by Message-ID
  for (let cursor = ""; ; ) {
    const page = await bell.api("GET", `/deliveries?limit=500&cursor=${cursor}`);
    for (const row of page.items) skuOf.set(`<${row.message_id}>`, row.sku);
    if (!(cursor = page.next_cursor ?? "")) break;
  }
  for (const mail of await postfix.messages()) {
    const key = `${(mail.to as any).value[0].address} ${skuOf.get(mail.messageId!)}`;
    assert.ok(due.has(key), `undue: ${key}`);
    assert.ok(!seen.has(key), `twice: ${key}`);
    seen.add(key);
  }
  assert.equal(seen.size, 1500);
  for (const row of requests)
    assert.equal(row.status, due.has(`${row.contact.email} ${row.sku}`) ? "Sent" : "Requested");
});
