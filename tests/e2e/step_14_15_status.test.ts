// Steps 14 and 15: Sent comes back with its time, the pixel gives Opened, the link Clicked, unsubscribing stops messages.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { type Json, Stockbell, until } from "./support/stockbell.ts";

let bell: Stockbell;
before(async () => {
  bell = await Stockbell.start();
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", ["S1", "S2", "S3"].map((sku) => ({ sku, size: sku }))));
  await bell.importFile("inventory", inventoryXml({ S1: 0, S2: 0, S3: 0 }));
  await bell.api("POST", "/feeds/catalog/run");
});
after(() => bell.stop());

const local = (address: string) => address.slice(bell.url.length);

async function receive(sku: string, email: string): Promise<{ html: string; pixel: string; link: string; unsubscribe: string }> {
  await bell.ask(sku, email);
  await bell.requestOf(email, "Requested");
  await bell.setStock(sku, 5);
  await bell.requestOf(email, "Sent");
  const listed = await until("the mail is there", async () =>
    (await bell.mailbox()).find((mail: Json) => JSON.stringify(mail).includes(email)));
  const { html } = await bell.api("GET", `/mailbox/${listed.id}`);
  const find = (kind: string) => {
    const found = html.match(new RegExp(`${bell.url}/${kind}/[A-Za-z0-9_.-]+`));
    assert.ok(found, `a /${kind}/ address in ${html}`);
    return local(found[0]);
  };
  return { html, pixel: find("o"), link: find("c"), unsubscribe: find("u") };
}

test("Requested, Sent, Opened, Clicked: forward only, each once", async () => {
  const mail = await receive("S1", "ada@example.com");
  assert.ok((await bell.call("HEAD", mail.link)).status < 400, "a scanner's HEAD is answered, and counts for nothing (below)");
  const pixel = await bell.call("GET", mail.pixel);
  assert.equal(pixel.status, 200);
  assert.match(pixel.headers.get("content-type")!, /^image\//);
  const opened = await bell.requestOf("ada@example.com", "Opened");
  const click = await bell.call("GET", mail.link);
  assert.ok([302, 303].includes(click.status));
  assert.match(click.headers.get("location")!, /\/products\/M1/);
  const clicked = await bell.requestOf("ada@example.com", "Clicked");
  assert.equal(clicked.sent_at, opened.sent_at);
  await bell.call("GET", mail.pixel);
  await bell.call("GET", mail.link);
  const timeline = await bell.api("GET", `/requests/${clicked.id}/timeline`);
  const states = timeline.map((event: Json) => event.status);
  assert.deepEqual(states, ["Requested", "Queued", "Sent", "Opened", "Clicked"]);
});

test("a forged or changed token is refused and leads nowhere", async () => {
  const mail = await receive("S2", "eve@example.com");
  for (const where of [mail.link, mail.pixel, mail.unsubscribe]) {
    const changed = where.slice(0, -3) + (where.endsWith("AAA") ? "BBB" : "AAA");
    const answer = await bell.call("GET", changed);
    assert.ok([400, 403, 404].includes(answer.status), `${answer.status}`);
    assert.equal(answer.headers.get("location"), null);
  }
  assert.equal((await bell.requestOf("eve@example.com", ["Sent"])).status, "Sent");
});

test("one-click unsubscribe: GET changes nothing, POST stops further messages", async () => {
  const mail = await receive("S3", "stop@example.com");
  const page = await bell.call("GET", mail.unsubscribe);
  assert.equal(page.status, 200);
  assert.match(page.headers.get("content-type")!, /^text\/html/);
  const post = await bell.call("POST", mail.unsubscribe, "List-Unsubscribe=One-Click",
    { "Content-Type": "application/x-www-form-urlencoded" });
  assert.equal(post.status, 200, "RFC 8058: no redirect");
  await bell.setStock("S3", 0);
  await bell.ask("S3", "stop@example.com");
  await bell.ask("S3", "other@example.com");
  await bell.requestOf("other@example.com", "Requested");
  await bell.setStock("S3", 4);
  await bell.requestOf("other@example.com", "Sent");
  const toStop = (await bell.mailbox()).filter((row: Json) => JSON.stringify(row).includes("stop@example.com"));
  assert.equal(toStop.length, 1, "only the first message, from before the unsubscription");
});
