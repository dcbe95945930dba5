// Step 12: the message is rendered into the local mailbox: subject, HTML, text, picture, price, link, unsubscribe.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { Stockbell, until } from "./support/stockbell.ts";

let bell: Stockbell;
before(async () => {
  bell = await Stockbell.start();
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1", color: "Red", size: "M", price: "49.00" }]));
  await bell.importFile("inventory", inventoryXml({ S1: 0 }));
});
after(() => bell.stop());

test("one message, with everything a person needs", async () => {
  await bell.ask("S1", "ada@example.com", { first_name: "Ada", locale: "en-GB" });
  await bell.requestOf("ada@example.com", "Requested");
  await bell.api("POST", "/feeds/catalog/run");
  await bell.setStock("S1", 5);
  await bell.requestOf("ada@example.com", "Sent");
  const mail = await until("the mailbox has it", async () => (await bell.mailbox())[0]);
  const whole = await bell.api("GET", `/mailbox/${mail.id}`);
  assert.match(whole.subject, /Wool Scarf/);
  for (const part of [whole.html, whole.text]) {
    assert.match(part, /Wool Scarf/);
    assert.match(part, /49/);
    assert.match(part, new RegExp(`${bell.url}/c/`), "the link");
    assert.match(part, new RegExp(`${bell.url}/u/`), "the unsubscribe link");
  }
  assert.match(whole.html, /<img[^>]+M1\.svg/);
  assert.match(whole.html, new RegExp(`${bell.url}/o/`), "the pixel");
  assert.match(whole.text, /Ada/);
  assert.equal((await bell.mailbox()).length, 1);
});
