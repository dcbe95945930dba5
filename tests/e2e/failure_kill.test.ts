// After each step: SIGKILL, start again. The road continues, nothing is lost, nobody is messaged twice.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { Postfix } from "./support/mail.ts";
import { type Json, Stockbell, until } from "./support/stockbell.ts";

let bell: Stockbell;
let postfix: Postfix;
const sizes = Array.from({ length: 16 }, (_, i) => `K${i}`);
before(async () => {
  postfix = await Postfix.start();
  bell = await Stockbell.start({ STOCKBELL_MAIL_TRANSPORT: postfix.url });
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", sizes.map((sku) => ({ sku, size: sku }))));
  await bell.importFile("inventory", inventoryXml(Object.fromEntries(sizes.map((sku) => [sku, 0]))));
  await bell.api("POST", "/feeds/catalog/run");
});
after(async () => {
  await bell?.stop();
  await postfix?.stop();
});

const mailsTo = async (email: string) =>
  (await postfix.messages()).filter((mail) => (mail.to as any).value[0].address === email);

// Walks one request along the road and kills the process right after the step named.
async function walk(step: number, sku: string): Promise<void> {
  const email = `step${step}@example.com`;
  const kill = async (here: number) => {
    if (here === step) await bell.killAndRestart();
  };
  await kill(1);
  assert.equal((await bell.ask(sku, email)).status, 202);
  await kill(2); // the form was answered; the CRM may not have heard of it
  await bell.requestOf(email, "Requested");
  await kill(5);
  if (step === 9 || step === 10) {
    await bell.setStock(sku, 5);
    const run = await bell.api("POST", "/feeds/catalog/run");
    await until("the feed is uploaded", async () =>
      (await bell.api("GET", "/feeds/catalog/runs")).items.some((row: Json) => row.id === run.id && row.state === "done"));
    await kill(9); // the import has not begun, is under way, or is just over
    await until("the feed is imported", async () =>
      (await bell.api("GET", "/feed-imports")).items.some((row: Json) => row.state === "completed" && row.arrived_at >= run.created_at));
    await kill(10);
  } else if (step === 8) {
    await bell.importFile("inventory", inventoryXml({ [sku]: 5 }));
  } else {
    await bell.setStock(sku, 5);
  }
  await kill(8);
  if (step === 11) {
    await bell.requestOf(email, ["Queued", "Sent"]);
    await kill(11);
  }
  if (step === 12) {
    await until("the mail server has it", async () => (await mailsTo(email)).length > 0);
    await kill(12);
  }
  const sent = await bell.requestOf(email, "Sent");
  await kill(14);
  const [mail] = await until("the mail is there", async () => {
    const found = await mailsTo(email);
    return found.length > 0 && found;
  });
  const link = (mail.html as string).match(new RegExp(`${bell.url}/c/[A-Za-z0-9_.-]+`))![0];
  const pixel = (mail.html as string).match(new RegExp(`${bell.url}/o/[A-Za-z0-9_.-]+`))![0];
  await bell.call("GET", pixel.slice(bell.url.length));
  await kill(15);
  await bell.requestOf(email, "Opened");
  await bell.call("GET", link.slice(bell.url.length));
  await kill(16);
  const clicked = await bell.requestOf(email, "Clicked");
  assert.equal(clicked.id, sent.id);
  const ids = (await mailsTo(email)).map((found) => found.messageId);
  // Invariant 2: only a kill between the server's 250 and our record of it can repeat a message, with the same Message-ID.
  if (step === 11 || step === 12) assert.equal(new Set(ids).size, 1);
  else assert.equal(ids.length, 1, `step ${step}: ${ids.length} mails`);
  const timeline = await bell.api("GET", `/requests/${clicked.id}/timeline`);
  const states = timeline.map((event: Json) => event.status);
  assert.deepEqual(states, ["Requested", "Queued", "Sent", "Opened", "Clicked"]);
}

for (const [step, what] of [[1, "the page was shown"], [2, "the form was accepted"], [5, "the record was made"],
  [8, "stock was booked"], [9, "the feed was uploaded"], [10, "it was imported"], [11, "the journey was entered"],
  [12, "the message was sent"], [14, "Sent was written back"], [15, "the mail was opened"], [16, "the link was clicked"]] as const)
  test(`killed right after ${what} (step ${Math.min(step, 15)})`, () => walk(step, sizes[step - 1]));

test("killed again and again under load: nothing lost, nobody twice but with the same Message-ID", { timeout: 240_000 }, async () => {
  const people = Array.from({ length: 120 }, (_, i) => `load${i}@example.com`);
  for (const [i, email] of people.entries()) assert.equal((await bell.ask(sizes[12 + (i % 4)], email)).status, 202);
  await bell.down("SIGKILL");
  await bell.up();
  for (const sku of sizes.slice(12)) await bell.setStock(sku, 500);
  for (let i = 0; i < 5; ++i) await bell.killAndRestart();
  for (const email of people) await bell.requestOf(email, "Sent", 60_000);
  const mails = (await postfix.messages()).filter((mail) => (mail.to as any).value[0].address.startsWith("load"));
  const ids = new Map<string, Set<string>>();
  for (const mail of mails) {
    const to = (mail.to as any).value[0].address;
    ids.set(to, (ids.get(to) ?? new Set()).add(mail.messageId!));
  }
  assert.equal(ids.size, people.length);
  for (const [to, found] of ids) assert.equal(found.size, 1, to);
});
