// Step 13: the message reaches a real mail server's mailbox; read header by header.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { Postfix } from "./support/mail.ts";
import { Stockbell, until } from "./support/stockbell.ts";

let bell: Stockbell;
let postfix: Postfix;
before(async () => {
  postfix = await Postfix.start();
  bell = await Stockbell.start({ STOCKBELL_MAIL_TRANSPORT: postfix.url, STOCKBELL_MAIL_FROM: "Härbour & Pine <shop@example.com>" });
  await bell.importFile("catalog", catalogXml("M1", "Wölschal “Fjord”", [{ sku: "S1", color: "Red" }]));
  await bell.importFile("inventory", inventoryXml({ S1: 0 }));
});
after(async () => {
  await bell?.stop();
  await postfix?.stop();
});

test("the mail is whole and well-mannered", async () => {
  await bell.ask("S1", "ada@example.com", { first_name: "Ådä" });
  await bell.requestOf("ada@example.com", "Requested");
  await bell.api("POST", "/feeds/catalog/run");
  await bell.setStock("S1", 5);
  const sent = await bell.requestOf("ada@example.com", "Sent");
  assert.ok(Math.abs(Date.parse(sent.sent_at) - Date.now()) < 60_000);
  const [mail] = await until("the mail is in the mailbox", async () => {
    const found = await postfix.messages();
    return found.length > 0 && found;
  });
  assert.match(mail.subject!, /Wölschal “Fjord”/);
  assert.equal(mail.from!.value[0].address, "shop@example.com");
  assert.equal(mail.from!.value[0].name, "Härbour & Pine");
  assert.equal((mail.to as any).value[0].address, "ada@example.com");
  assert.match(mail.messageId!, /^<[^<>@\s]+@[^<>@\s]+>$/);
  assert.ok(Math.abs(mail.date!.getTime() - Date.now()) < 120_000);
  const header = (name: string) => mail.headerLines.find((line) => line.key === name)?.line.replace(/\r?\n\s+/g, " ") ?? "";
  assert.match(header("list-unsubscribe"), new RegExp(`<${bell.url}/u/[^>]+>`));
  assert.match(header("list-unsubscribe-post"), /List-Unsubscribe=One-Click/);
  assert.match(header("list-id"), /<[^<>]+>/);
  assert.match(header("auto-submitted"), /auto-generated/);
  assert.match(header("mime-version"), /1\.0/);
  assert.match(header("content-type"), /multipart\/alternative/);
  assert.match(mail.text!, /Wölschal/);
  assert.match(mail.html as string, /Wölschal/);
  for (const line of postfix.raw()[0].split("\n")) assert.ok(line.length <= 998, "RFC 5322 2.1.1");
  assert.ok(!bell.log.includes("ada@example.com"));
});
