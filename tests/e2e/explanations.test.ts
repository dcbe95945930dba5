// Invariant 9: `stockbell requests explain` says why a request was, or was not, messaged; one request for each fate.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { SmtpSink } from "./support/smtp_sink.ts";
import { Stockbell, until } from "./support/stockbell.ts";

const run = promisify(execFile);
const skus = ["SENT", "NEVER", "FEW", "STAY", "COOL", "GONE", "BOUNCE", "HOLD", "STOP", "GUARD", "PAUSE"];
const time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";
let sink: SmtpSink;
let bell: Stockbell;

before(async () => {
  sink = await SmtpSink.start();
  sink.answers.set("bounce@example.com", "550 5.1.1 no such user");
  sink.answers.set("gone@example.com", "451 4.3.0 come back later");
  bell = await Stockbell.start({
    STOCKBELL_MAIL_TRANSPORT: sink.url, STOCKBELL_ENGAGEMENT_GUARD_PEOPLE: "2",
    STOCKBELL_ENGAGEMENT_RESTOCK_RULES: JSON.stringify([
      { skus: ["FEW"], minimum_quantity: 5 }, { skus: ["STAY"], hold_seconds: 3600 }, { skus: ["COOL"], cool_down_seconds: 3600 },
    ]),
  });
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", skus.map((sku) => ({ sku, size: sku }))));
  await bell.importFile("inventory", inventoryXml(Object.fromEntries(skus.map((sku) => [sku, 0]))));
  await bell.api("POST", "/feeds/catalog/run");
});
after(async () => {
  await bell.stop();
  sink.stop();
});

async function ask(sku: string, email: string): Promise<string> {
  assert.equal((await bell.ask(sku, email)).status, 202);
  return (await until(`${email} asks for ${sku}`, async () =>
    (await bell.requests(`&email=${encodeURIComponent(email)}&sku=${sku}&status=Requested`))[0])).id;
}

function explain(id: string): Promise<string> {
  return bell.cli("requests", "explain", id);
}

// Once what happened has come round, the explanation says all of this.
async function explains(id: string, ...words: RegExp[]): Promise<string> {
  return await until(`the explanation has ${words.join(" and ")}`, async () => {
    const text = await explain(id);
    for (const word of words) if (!word.test(text)) throw new Error(text);
    return text;
  });
}

test("sent", async () => {
  const id = await ask("SENT", "ada@example.com");
  await bell.setStock("SENT", 5);
  const text = await explains(id, /status +Sent/, /Queued +restock of 5 \(live\)/, /Sent .*250 2\.0\.0 kept/);
  assert.match(text, new RegExp(`its message left at ${time}: .*kept`));
  await bell.setStock("SENT", 0);
  assert.doesNotMatch(await explain(id), /before its turn/);
});

test("never back", async () => {
  const id = await ask("NEVER", "bob@example.com");
  const text = await explains(id, new RegExp(`waits for NEVER to be available: out of stock as of ${time}`));
  assert.doesNotMatch(text, /restock of/);
});

test("back with fewer units than the rule wants, and gone again", async () => {
  const id = await ask("FEW", "cay@example.com");
  await bell.setStock("FEW", 2);
  await explains(id, new RegExp(`back in stock since ${time}, no restock yet: back with 2 units, the rule wants 5`));
  await bell.setStock("FEW", 0);
  await explains(id, new RegExp(`back in stock at ${time}, no restock: back with 2 units, the rule wants 5; sold out at ${time}`),
    /waits for FEW to be available/);
});

test("held until the item has stayed", async () => {
  const id = await ask("STAY", "dan@example.com");
  await bell.setStock("STAY", 3);
  await explains(id, new RegExp(`no restock yet: back with 3 units, held until ${time}: it must stay in stock till then`));
});

test("held by the cool-down", async () => {
  const first = await ask("COOL", "eve@example.com");
  await bell.setStock("COOL", 1);
  await explains(first, /status +Sent/);
  await bell.setStock("COOL", 0);
  const id = await ask("COOL", "fay@example.com");
  await explains(id, /waits for COOL to be available/);
  await bell.setStock("COOL", 1);
  await explains(id, new RegExp(`back with 1 unit, held until ${time}: cool-down since the last restock`));
});

test("sold out while its message waited: back in its place", async () => {
  const id = await ask("GONE", "gone@example.com");
  await bell.setStock("GONE", 4);
  await explains(id, /status +Queued/, new RegExp(`in journey back-in-stock .* at step email: its message was tried 1 time and is tried again at ${time}: .*451`));
  await bell.setStock("GONE", 0);
  await explains(id, /status +Requested/, /Requested +sold out before the message left/,
    new RegExp(`restock of 4 units at ${time} \\(live\\), sold out at ${time}: its message was taken back: sold out before it left`),
    /waits for GONE to be available/);
});

test("bounced for good", async () => {
  const id = await ask("BOUNCE", "bounce@example.com");
  await bell.setStock("BOUNCE", 2);
  await explains(id, /status +Undeliverable/, /Undeliverable .*550 5\.1\.1 no such user/, /its message was refused for good \(550\)/);
});

test("unsubscribed", async () => {
  const id = await ask("NEVER", "ada@example.com");
  const link = sink.to("ada@example.com")!.match(/^List-Unsubscribe: .*<(http[^>]*)>/m)![1];
  const left = await fetch(link, { method: "POST", body: "List-Unsubscribe=One-Click", headers: { "Content-Type": "application/x-www-form-urlencoded" } });
  assert.equal(left.status, 200);
  await explains(id, /status +Cancelled/, /Cancelled .*unsubscribed/);
});

test("cancelled", async () => {
  const id = await ask("STOP", "gil@example.com");
  await bell.api("POST", `/requests/${id}/cancel`);
  await bell.setStock("STOP", 3);
  const text = await explains(id, /status +Cancelled/, /Cancelled .*cancelled/i);
  assert.doesNotMatch(text, /restock of/, "what came after it was cancelled is not its story");
});

test("in the hold-out share of a journey", async () => {
  await bell.api("POST", "/journeys", {
    key: "measured", priority: 1, entry: { skus: ["HOLD"] }, hold_out_percent: 99, start: "recheck",
    steps: { recheck: { type: "recheck_stock", next: "email" }, email: { type: "email", next: "sent" }, sent: { type: "update_object", next: "end" }, end: { type: "exit" } },
  });
  await bell.api("POST", "/journeys/measured/publish");
  const ids = [await ask("HOLD", "h1@example.com"), await ask("HOLD", "h2@example.com"), await ask("HOLD", "h3@example.com")];
  await bell.setStock("HOLD", 9);
  const told = await until("most are held out", async () => {
    const texts = await Promise.all(ids.map((id) => explain(id)));
    if (texts.some((text) => /status +Requested/.test(text))) throw new Error(texts.join("\n"));
    return texts.find((text) => /status +Queued/.test(text));
  });
  assert.match(told, /Queued .*held out of .*\(99 %\)/);
  assert.match(told, /in journey measured \(version 1\) .*hold-out share and gets no message/);
});

test("a feed that would bring it back is held by the guard", async () => {
  const [id] = [await ask("GUARD", "i1@example.com"), await ask("GUARD", "i2@example.com"), await ask("GUARD", "i3@example.com")];
  await explains(id, /waits for GUARD to be available/);
  const account = await bell.api("POST", "/sftp-accounts", { name: "merchant" });
  const file = path.join(bell.directory, "back.psv");
  writeFileSync(file, `SkuID|ProductName|InStock|ATS\nGUARD|Scarf|Y|7\n`);
  await until("all three have come over", async () => {
    const rows = (await bell.api("GET", "/data-extensions/Back_In_Stock__c_Salesforce/rows?limit=100")).items;
    return rows.filter((row: { sku: string }) => row.sku === "GUARD").length === 3;
  });
  await run("curl", ["-sS", "-k", "-u", `${account.name}:${account.password}`, "-T", file, `sftp://127.0.0.1:${bell.sftpPort}/Import/back.psv`]);
  await explains(id, new RegExp(`feed back\\.psv of ${time} is held by the guard \\(3 people wait for what would come back; more than 2.*\\): ` +
    "it would bring back 7 units of GUARD until it is released"));
});

test("its journey is paused", async () => {
  await bell.api("POST", "/journeys/back-in-stock/pause");
  const id = await ask("PAUSE", "kim@example.com");
  await bell.setStock("PAUSE", 3);
  await explains(id, /PAUSE is in stock, but no running journey takes it on site default; back-in-stock is paused/);
  await bell.api("POST", "/journeys/back-in-stock/resume");
  await explains(id, /status +Sent/);
});

test("not its turn yet, and sold out before it", async () => {
  const other = await Stockbell.start({
    STOCKBELL_ENGAGEMENT_ALLOCATION: "units", STOCKBELL_ENGAGEMENT_WAVE_SIZE: "1", STOCKBELL_ENGAGEMENT_WAVE_MINUTES: "60",
  });
  const main = bell;
  try {
    bell = other;
    await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1", size: "S1" }]));
    await bell.importFile("inventory", inventoryXml({ S1: 0 }));
    await bell.api("POST", "/feeds/catalog/run");
    await ask("S1", "first@example.com");
    const id = await ask("S1", "second@example.com");
    await explains(id, /waits for S1 to be available: out of stock/);
    await bell.setStock("S1", 2);
    await explains(id, new RegExp(`restock of 2 units at ${time} \\(live\\) is open, 0 of the 1 who wait asked before; ` +
      `wave 1 invited 1 request at ${time}; next wave at ${time}; 2 units are good for 2 invitations at a time, open invitations take up 1`));
    await bell.setStock("S1", 0);
    await explains(id, new RegExp(`restock of 2 units at ${time} \\(live\\), sold out at ${time}: sold out before its turn; ` +
      "1 request before it in line was invited, in 1 wave"));
  } finally {
    bell = main;
    await other.stop();
  }
});
