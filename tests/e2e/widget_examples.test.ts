// What docs/examples show to shops that draw their own form or ask from their own server, run as it stands.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Stockbell as Headless, solve } from "../../docs/examples/headless/notify.ts";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { Stockbell, freePort, root } from "./support/stockbell.ts";

const run = promisify(execFile);
let bell: Stockbell;
let key: string;
before(async () => {
  bell = await Stockbell.start();
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1", color: "Red" }, { sku: "S2", color: "Blue" }]));
  await bell.importFile("inventory", inventoryXml({ S1: 0, S2: 3 }, "default"));
  key = (await bell.cli("keys", "create", "--role", "intake", "--name", "shop")).trim().split("\n").at(-1)!;
});
after(() => bell.stop());

const wish = (email: string, sku = "S1") =>
  ({ sku, email, locale: "de-DE", consent_version: "2026-11", page_url: "https://shop.example/scarf", first_name: "Ada" });

test("headless: stock as it is now, then a request that is kept", async () => {
  const stockbell = new Headless(`${bell.url}/api/v1`);
  const stock = await stockbell.stockOf(["S1", "S2"]);
  assert.deepEqual(stock.map(({ sku, availability }) => [sku, availability]), [["S1", "out_of_stock"], ["S2", "in_stock"]]);
  assert.notEqual(await stockbell.prepare(["S1"]), "", "a page token");
  assert.deepEqual(await stockbell.ask(wish("headless@example.com")), { state: "kept" });
  const request = await bell.requestOf("headless@example.com", "Requested");
  assert.deepEqual([request.sku, request.locale, request.contact.first_name], ["S1", "de-DE", "Ada"]);
});

test("headless: what is wrong is told with its field", async () => {
  const stockbell = new Headless(`${bell.url}/api/v1`);
  const email = await stockbell.ask(wish("nobody"));
  assert.equal(email.state === "wrong" && email.field, "email");
  const sku = await stockbell.ask(wish("a@example.com", "NOPE"));
  assert.equal(sku.state === "wrong" && sku.field, "sku");
});

test("headless: asked for work, it does it and is let in", async () => {
  // Faster than a person types: the front door wants to see work.
  const stockbell = new Headless(`${bell.url}/api/v1`);
  const challenges: number[] = [];
  const real = globalThis.fetch;
  globalThis.fetch = async (...call) => {
    const answer = await real(...call);
    if (answer.status === 428) challenges.push(answer.status);
    return answer;
  };
  try {
    await stockbell.prepare(["S1"]);
    assert.deepEqual(await stockbell.ask(wish("machine@example.com")), { state: "kept" });
  } finally {
    globalThis.fetch = real;
  }
  assert.equal(challenges.length, 1, "the front door asked once");
});

test("headless: a solution is one", async () => {
  const numbers = (await solve({ kind: "proof-of-work", value: "", seed: "abc", bits: 9, count: 3 })).split(".").map(Number);
  assert.equal(numbers.length, 3);
  for (const n of numbers) assert.ok(createHash("sha256").update(`abc:${n}`).digest().readUInt32BE(0) < 2 ** 23);
});

test("headless: no answer and a busy shop are told apart", async () => {
  assert.deepEqual(await new Headless(`http://127.0.0.1:${await freePort()}/api/v1`).ask(wish("a@example.com")), { state: "unreachable" });
  const busy = createServer((_, response) => response.writeHead(503, { "Retry-After": "7" }).end("{}"));
  await new Promise<void>((ready) => busy.listen(0, "127.0.0.1", ready));
  try {
    const { port } = busy.address() as { port: number };
    assert.deepEqual(await new Headless(`http://127.0.0.1:${port}/api/v1`).ask(wish("a@example.com")), { state: "later", seconds: 7 });
  } finally {
    busy.close();
  }
});

const script = path.join(root, "docs/examples/server-side/notify.mjs");

test("server-side: the request is kept, once, however often it is sent", async () => {
  const env = { ...process.env, STOCKBELL_URL: bell.url, STOCKBELL_KEY: key };
  for (let i = 0; i < 2; i++) {
    const { stdout } = await run(process.execPath, [script, "S1", "server@example.com"], { env });
    assert.equal(stdout.trim(), "kept");
  }
  await bell.requestOf("server@example.com", "Requested");
  assert.equal((await bell.requests("&email=server@example.com")).length, 1);
});

test("server-side: what is wrong ends it at once, with the reason", async () => {
  const env = { ...process.env, STOCKBELL_URL: bell.url, STOCKBELL_KEY: key };
  await assert.rejects(run(process.execPath, [script, "S1", "nobody"], { env }), (error: any) => error.code === 1 && error.stderr.length > 10);
  await assert.rejects(run(process.execPath, [script], { env: { ...env, STOCKBELL_KEY: "" } }), (error: any) => error.code === 2);
});

test("server-side: failures that pass are outlived", async () => {
  // In front of the real server: first nothing at all, then busy, then a cut connection, then through.
  const seen: string[] = [];
  const front = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    seen.push(body);
    if (seen.length === 1) return void response.writeHead(503, { "Retry-After": "0" }).end("{}");
    if (seen.length === 2) return void response.writeHead(429).end("{}");
    const answer = await fetch(bell.url + request.url, { method: "POST", body, headers: {
      "Content-Type": "application/json", Authorization: request.headers.authorization! } });
    if (seen.length === 3) return void response.destroy(); // kept, but nobody hears of it
    response.writeHead(answer.status, { "Content-Type": "application/json" }).end(await answer.text());
  });
  await new Promise<void>((ready) => front.listen(0, "127.0.0.1", ready));
  try {
    const { port } = front.address() as { port: number };
    const env = { ...process.env, STOCKBELL_URL: `http://127.0.0.1:${port}`, STOCKBELL_KEY: key };
    const { stdout } = await run(process.execPath, [script, "S1", "patient@example.com"], { env });
    assert.equal(stdout.trim(), "kept");
    assert.equal(seen.length, 4);
    assert.equal(new Set(seen).size, 1, "the same each time");
    await bell.requestOf("patient@example.com", "Requested");
    assert.equal((await bell.requests("&email=patient@example.com")).length, 1);
  } finally {
    front.closeAllConnections();
    front.close();
  }
});
