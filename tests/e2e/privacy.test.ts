// What is held of an address, exported and erased: in every box, on disk, after a crash, after an older backup.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { appendFileSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { type Json, Stockbell, until } from "./support/stockbell.ts";

const variants = [{ sku: "S1", color: "Red" }, { sku: "S2", color: "Blue" }];

async function shop(): Promise<Stockbell> {
  const bell = await Stockbell.start();
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", variants));
  await bell.importFile("inventory", inventoryXml({ S1: 0, S2: 0 }));
  return bell;
}

// Files of the data folder, and the log, that hold one of the words in any case.
function remnants(bell: Stockbell, ...words: string[]): string[] {
  const wanted = words.map((word) => word.toLowerCase());
  const holds = (bytes: string) => wanted.some((word) => bytes.toLowerCase().includes(word));
  const files = readdirSync(bell.dataDir, { recursive: true, encoding: "utf8" }).filter((name) => statSync(bell.file(name)).isFile());
  assert.ok(files.includes("crm.db") && files.includes("engagement.db") && files.includes("mailbox.db"), files.join());
  return [...files.filter((name) => holds(readFileSync(bell.file(name), "latin1"))), ...(holds(bell.log) ? ["the log"] : [])];
}

const exported = (bell: Stockbell, email: string): Promise<Json> => bell.api("POST", "/privacy/export", { email });
const erase = (bell: Stockbell, email: string): Promise<Json> => bell.api("POST", "/privacy/erase", { email });
const rows = (boxes: Json): number =>
  Object.values<Json>(boxes).flatMap((box) => Object.values<Json>(box)).filter(Array.isArray).reduce((sum, list) => sum + list.length, 0);

// A line of the data folder's list of erasures, as if the process had died before any box erased.
function recordErasure(bell: Stockbell, email: string): void {
  const hash = (text: string) => createHmac("sha256", readFileSync(bell.file("keys", "privacy"))).update(text).digest("hex");
  appendFileSync(bell.file("erasures"),
    `${new Date().toISOString()} er-${hash(email).slice(0, 16)} ${hash(email)} ${hash("the key of the list of erasures").slice(0, 8)}\n`);
}

async function synchronized(bell: Stockbell, email: string, requests: number): Promise<void> {
  await until("Engagement has the requests", async () => (await exported(bell, email)).boxes.engagement.requests.length === requests);
}

test("the whole road leaves an export of everything, and an erasure leaves nothing", async () => {
  const bell = await shop();
  try {
    const person = { first_name: "Adamina", last_name: "Byronessa", phone: "+49301234567", consent_version: "v7" };
    await bell.ask("S1", "Ada.Byron@Example.com", { ...person, page_url: "https://shop.example/p?for=ada.byron@example.com" });
    await bell.ask("S2", "ada.byron@example.com", person);
    await bell.ask("S1", "bob@example.com");
    await bell.requestOf("bob@example.com", "Requested");
    await synchronized(bell, "ada.byron@example.com", 2);
    await bell.setStock("S1", 5);
    const mail = await until("the message is there", async () =>
      (await bell.mailbox()).find((one) => one.recipient.toLowerCase() === "ada.byron@example.com"));
    const whole = await bell.api("GET", `/mailbox/${mail.id}`);
    await bell.call("GET", new URL(whole.html.match(/https?:\/\/[^"\s]+\/c\/[^"\s<>]+/)[0]).pathname);
    await bell.requestOf("ada.byron@example.com", "Clicked");
    await bell.requestOf("bob@example.com", "Sent");

    const file = path.join(bell.directory, "ada.json");
    await bell.cli("privacy", "export", "ADA.byron@example.com", "--out", file);
    assert.equal(statSync(file).mode & 0o077, 0, "for the owner alone");
    const text = readFileSync(file, "utf8");
    const { boxes } = JSON.parse(text);
    assert.equal(boxes.commerce.captured_requests.length, 0, "the CRM has them, with their consent");
    assert.deepEqual(boxes.crm.contacts.map((one: Json) => [one.first_name, one.last_name, one.phone]), [["Adamina", "Byronessa", "+49301234567"]]);
    assert.deepEqual(boxes.crm.requests.map((one: Json) => [one.sku, one.status]), [["S1", "Clicked"], ["S2", "Requested"]]);
    assert.ok(boxes.crm.timeline.some((one: Json) => one.status === "Opened"));
    assert.equal(boxes.crm.consents.length, 2);
    assert.equal(boxes.engagement.contacts.length, 1);
    assert.equal(boxes.engagement.messages.length, 1);
    assert.ok(boxes.engagement.messages[0].clicked_at);
    assert.equal(boxes.mailbox.messages.length, 1);
    assert.ok(!text.includes("bob@"));
    const words = ["ada.byron", "byronessa", "+49301234567"];
    const before = remnants(bell, ...words);
    for (const store of ["crm", "engagement", "mailbox"])
      assert.ok(before.some((name) => name.startsWith(`${store}.db`)), `${store} holds it: ${before}`);
    assert.ok(!before.includes("the log"));

    const receipt = JSON.parse(await bell.cli("privacy", "erase", "Ada.Byron@example.com"));
    assert.match(receipt.receipt, /^er-/);
    assert.equal(receipt.boxes.crm.requests, 2);
    assert.equal(receipt.boxes.crm.consents, 2);
    assert.equal(receipt.boxes.mailbox.messages, 1);
    assert.deepEqual(remnants(bell, ...words), []);
    assert.equal(rows((await exported(bell, "ada.byron@example.com")).boxes), 0);
    assert.deepEqual(await bell.requests("&email=ada.byron%40example.com"), []);

    const again = await erase(bell, "ada.byron@example.com");
    assert.equal(again.address_hash, receipt.address_hash);
    assert.notEqual(again.receipt, receipt.receipt);
    assert.equal(again.boxes.crm.contacts, 0);
    await erase(bell, "nobody@example.com");
    assert.equal(readFileSync(bell.file("erasures"), "utf8").trim().split("\n").length, 3);
    assert.ok(rows((await exported(bell, "bob@example.com")).boxes) > 5, "another person's rows stay");

    await bell.killAndRestart();
    assert.deepEqual(remnants(bell, ...words), []);
    await bell.requestOf("bob@example.com", "Sent");
    await bell.ask("S1", "ada.byron@example.com");  // in stock: a new request of a new contact, messaged at once
    await bell.requestOf("ada.byron@example.com", "Sent");
    await bell.killAndRestart();
    assert.ok(rows((await exported(bell, "ada.byron@example.com")).boxes) > 0, "an erasure is carried out once");
  } finally {
    await bell.stop();
  }
});

test("an erased address that unsubscribed is not messaged again", async () => {
  const bell = await shop();
  try {
    await bell.setStock("S1", 5);
    await bell.ask("S1", "eve@example.com");
    await bell.requestOf("eve@example.com", "Sent");
    const mail = (await bell.mailbox())[0];
    const whole = await bell.api("GET", `/mailbox/${mail.id}`);
    const link = new URL(whole.html.match(/https?:\/\/[^"\s]+\/u\/[^"\s<>]+/)[0]).pathname;
    await bell.call("POST", link, "List-Unsubscribe=One-Click", { "Content-Type": "application/x-www-form-urlencoded" });
    await erase(bell, "eve@example.com");
    assert.deepEqual(remnants(bell, "eve@example.com"), []);
    await bell.ask("S1", "eve@example.com");
    await bell.requestOf("eve@example.com", "Cancelled");
    assert.deepEqual(await bell.mailbox(), []);
    assert.ok((await exported(bell, "eve@example.com")).boxes.engagement.suppression.reason);
  } finally {
    await bell.stop();
  }
});

test("an older backup does not bring an erased person back", async () => {
  const bell = await shop();
  try {
    for (const email of ["ada@example.com", "bob@example.com"]) {
      await bell.ask("S1", email);
      await synchronized(bell, email, 1);
    }
    const backup = path.join(bell.directory, "backup.tar");
    await bell.cli("backup", backup);
    await erase(bell, "ada@example.com");
    const newer = path.join(bell.directory, "newer.tar");
    await bell.cli("backup", newer);
    await bell.down();
    const list = path.join(bell.directory, "erasures");
    copyFileSync(bell.file("erasures"), list);

    for (const restore of [{ tar: backup, list: true }, { tar: newer, list: false }]) {
      rmSync(bell.dataDir, { recursive: true });
      mkdirSync(bell.dataDir);
      execFileSync("tar", ["-xf", restore.tar, "-C", bell.dataDir]);
      if (restore.list) copyFileSync(list, bell.file("erasures"));
      await bell.up();
      assert.deepEqual(remnants(bell, "ada@example.com"), []);
      assert.equal(rows((await exported(bell, "ada@example.com")).boxes), 0);
      await bell.requestOf("bob@example.com", "Requested");
      assert.equal(readFileSync(bell.file("erasures"), "utf8"), readFileSync(list, "utf8"));
      await bell.down();
    }
    rmSync(bell.file("keys", "privacy"));  // the list cannot be read without its key: better not to start than to pass over it
    await assert.rejects(bell.up(), /keys\/privacy/);
  } finally {
    rmSync(bell.directory, { recursive: true, force: true });
  }
});

test("an erasure that a kill cut short is completed at the next start", async () => {
  const bell = await shop();
  try {
    await bell.ask("S1", "recorded@example.com");
    await synchronized(bell, "recorded@example.com", 1);
    recordErasure(bell, "recorded@example.com");
    await bell.killAndRestart();
    assert.equal(rows((await exported(bell, "recorded@example.com")).boxes), 0);
    assert.deepEqual(remnants(bell, "recorded@example.com"), []);

    const people = Array.from({ length: 24 }, (_, i) => `p${i}@example.com`);
    for (const email of people) await bell.ask("S2", email);
    for (const email of people) await synchronized(bell, email, 1);
    const answered: string[] = [];
    const asking = people.map((email) => erase(bell, email).then(() => answered.push(email), () => undefined));
    await until("some are erased", () => answered.length >= 5);
    await bell.down("SIGKILL");
    await Promise.all(asking);
    await bell.up();
    for (const email of people) {
      const { boxes } = await exported(bell, email);
      const held = [boxes.crm.contacts, boxes.engagement.contacts].map((list) => list.length);
      assert.ok(held.every((count) => count === held[0]), `${email}: in all boxes or in none: ${held}`);
      if (answered.includes(email)) assert.equal(held[0], 0, email);
      if (held[0] === 0) assert.deepEqual(remnants(bell, email), []);
    }
  } finally {
    await bell.stop();
  }
});
