// Journeys by the API: a draft with faults is explained, what is published is what happens, and a kill between the steps changes nothing.
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { Stockbell, until } from "./support/stockbell.ts";

let bell: Stockbell;
let hook: Server;
const called: { body: any; key: string }[] = [];

before(async () => {
  bell = await Stockbell.start();
  hook = createServer((request, response) => {
    let text = "";
    request.on("data", (part) => (text += part));
    request.on("end", () => {
      called.push({ body: JSON.parse(text), key: String(request.headers["idempotency-key"]) });
      response.writeHead(called.length === 1 ? 503 : 204).end();
    });
  });
  await new Promise<void>((listening) => hook.listen(0, "127.0.0.1", listening));
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1", size: "S1" }, { sku: "S2", size: "S2" }]));
  await bell.importFile("inventory", inventoryXml({ S1: 0, S2: 0 }));
  await bell.api("POST", "/feeds/catalog/run");
});
after(async () => {
  await bell.stop();
  hook.close();
});

const definition = (steps: object, more: object = {}) => ({ key: "back-in-stock", start: "recheck", steps, ...more });
const plain = {
  recheck: { type: "recheck_stock", next: "email" },
  email: { type: "email", next: "sent" },
  sent: { type: "update_object", next: "tell" },
};
async function counts(): Promise<Record<string, any>> {
  const rows = (await bell.api("GET", "/journeys/back-in-stock/counts?version=2")).items;
  return Object.fromEntries(rows.map((row: any) => [row.step, row]));
}

test("faults are named with their path and what would be right", async () => {
  const found = async (steps: object, more: object = {}) =>
    (await bell.api("POST", "/journeys/validate", definition(steps, more))).problems.map((one: any) => `${one.path}: ${one.problem}`);
  assert.deepEqual(await found({ recheck: { type: "exit" }, lost: { type: "exit" } }), [
    "steps.lost: no way leads to it from start; lead one there or delete it",
  ]);
  assert.match((await found({ recheck: { type: "exit", colour: 1 } }))[0], /steps\.recheck\.colour .*is not known here/);
  assert.match((await found(plain))[0], /steps\.sent\.next names no step/);
  assert.deepEqual(await found({ ...plain, tell: { type: "exit" } }), []);
});

test("a published journey runs: webhook, wait, kill, no second message", async () => {
  const { port } = hook.address() as AddressInfo;
  const saved = await bell.api("POST", "/journeys", definition({
    ...plain,
    tell: { type: "webhook", url: `http://127.0.0.1:${port}/hook`, next: "wait" },
    wait: { type: "wait", duration: 1, unit: "minutes", next: "end" },
    end: { type: "exit" },
  }));
  assert.deepEqual([saved.version, saved.problems], [2, []]);
  await bell.api("POST", "/journeys/back-in-stock/publish");
  for (let n = 0; n < 5; ++n) await bell.ask("S1", `p${n}@example.com`);
  for (let n = 0; n < 5; ++n) await bell.requestOf(`p${n}@example.com`, "Requested");
  await bell.setStock("S1", 10);
  await bell.killAndRestart();
  for (let n = 0; n < 5; ++n) await bell.requestOf(`p${n}@example.com`, "Sent");
  await until("all stand in the wait", async () => (await counts()).wait?.present === 5);
  await bell.killAndRestart();
  const now = await counts();
  assert.deepEqual([now["@entered"].entered, now.email.entered, now.wait.present], [5, 5, 5]);
  await until("the webhooks are called", async () => new Set(called.map((one) => one.key)).size === 5);
  assert.equal(called[0].body.step, "tell");
  assert.equal(called[0].body.sku, "S1");
});

test("paused, nobody enters; resumed, who waits is served", async () => {
  await bell.api("POST", "/journeys/back-in-stock/pause");
  await bell.ask("S2", "late@example.com");
  await bell.requestOf("late@example.com", "Requested");
  await bell.setStock("S2", 3);
  await bell.killAndRestart();
  await until("the restock is open", async () => (await bell.api("GET", "/restocks?sku=S2")).items.length === 1);
  assert.equal((await bell.requestOf("late@example.com", "Requested")).status, "Requested");
  await bell.api("POST", "/journeys/back-in-stock/resume");
  await bell.requestOf("late@example.com", "Sent");
});
