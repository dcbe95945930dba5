// Webhooks of shop systems, signed and posted by openssl and curl as a shop's own server would: a restock reaches who waits, a
// copied product, an archived one and a late delivery reach nobody, an order closes the request. Steps 8, 11.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { type Json, Stockbell, root, until } from "./support/stockbell.ts";

const run = promisify(execFile);
const secret = "a shop's own secret".replaceAll(" ", "-");
const here = "24826418";
let bell: Stockbell;
let sent = 0;

before(async () => {
  bell = await Stockbell.start({
    STOCKBELL_COMMERCE_SHOPIFY_SECRET: secret,
    STOCKBELL_COMMERCE_WOOCOMMERCE_SECRET: `default=${secret}`,
    STOCKBELL_COMMERCE_SITES: JSON.stringify([{ key: "default", inventory_lists: ["default", here, "24826419"] }]),
  });
});
after(() => bell.stop());

// Posts the body as the platform does; the answer's status.
async function post(shop: "shopify" | "woocommerce", topic: string, body: Json, key = secret): Promise<number> {
  const file = path.join(bell.directory, `hook-${++sent}.json`);
  writeFileSync(file, JSON.stringify(body));
  const digest = await run("sh", ["-c", 'openssl dgst -sha256 -hmac "$KEY" -binary "$FILE" | openssl base64 -A'],
    { env: { ...process.env, KEY: key, FILE: file } });
  const headers = shop === "shopify"
    ? [`X-Shopify-Topic: ${topic}`, `X-Shopify-Hmac-Sha256: ${digest.stdout}`, `X-Shopify-Webhook-Id: delivery-${sent}`]
    : [`X-WC-Webhook-Topic: ${topic}`, `X-WC-Webhook-Signature: ${digest.stdout}`];
  const answer = await run("curl", ["-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Content-Type: application/json",
    ...headers.flatMap((one) => ["-H", one]), "--data-binary", `@${file}`, `${bell.url}/hooks/${shop}/default`]);
  return Number(answer.stdout);
}

function scenario(name: string): Json[] {
  return JSON.parse(readFileSync(path.join(root, "tests/data/formats/webhooks", `${name}.json`), "utf8")).steps;
}
const level = (available: number, at: string, item = 4015) =>
  ({ inventory_item_id: item, location_id: Number(here), available, updated_at: at });

test("a level told by Shopify reaches who waits; drafts with the same SKU, archived products and late deliveries do not", async () => {
  const product = { ...scenario("shopify_restock")[0].body, id: 7880 };  // ids that JavaScript can hold
  product.variants = product.variants.map((one: Json, at: number) => ({ ...one, inventory_item_id: 4015 + at }));
  assert.equal(await post("shopify", "products/create", product), 200);
  assert.equal(await post("shopify", "inventory_levels/update", level(0, "2026-11-20T12:00:00Z")), 200);
  assert.equal(await post("shopify", "products/create", product, "another-secret"), 401);
  await bell.ask("JUMPER-NAVY-S", "ada@example.com");
  await bell.requestOf("ada@example.com", "Requested");
  // A late one, an archived product with stock, a copy with stock.
  assert.equal(await post("shopify", "inventory_levels/update", level(9, "2026-11-20T11:00:00Z")), 200);
  assert.equal(await post("shopify", "products/update", { ...product, status: "archived", updated_at: "2026-11-21T13:00:00Z" }), 200);
  assert.equal(await post("shopify", "inventory_levels/update", level(6, "2026-11-20T14:00:00Z")), 200);
  const copy = scenario("shopify_copy_is_no_restock")[2].body;
  assert.equal(await post("shopify", "products/create", copy), 200);
  assert.equal(await post("shopify", "inventory_levels/update", level(10, "2026-11-21T14:00:00Z", 555)), 200);
  // Something that does ring proves that the silence before it was no delay.
  await bell.ask("JUMPER-NAVY-M", "bob@example.com");
  await bell.requestOf("bob@example.com", "Requested");
  assert.equal((await bell.mailbox()).length, 0);
  assert.equal(await post("shopify", "products/update", { ...product, updated_at: "2026-11-21T15:00:00Z" }), 200);
  await bell.requestOf("ada@example.com", "Sent");
  await bell.requestOf("bob@example.com", "Sent");
  const mails = await until("both are told", async () => { const all = await bell.mailbox(); return all.length >= 2 && all; });
  assert.equal(mails.length, 2);
});

test("a product with variants is no item to wait for", async () => {
  const answer = await bell.call("POST", "/api/v1/notification-requests", { sku: "7880", email: "eve@example.com" });
  assert.equal(answer.status, 422);
  assert.match(answer.json.detail, /choose a variant/);
});

test("WooCommerce: the ping is answered, a duplicated variable product rings for nobody, a restock does", async () => {
  const ping = await run("curl", ["-s", "-d", "webhook_id=12", `${bell.url}/hooks/woocommerce/default`]);
  assert.match(ping.stdout, /ping/);
  const steps = scenario("woocommerce_51512_duplicate");
  for (const step of steps.slice(0, 2)) assert.equal(await post("woocommerce", step.topic, step.body), 200);
  await bell.ask("HOODIE-BLUE", "cleo@example.com");
  await bell.requestOf("cleo@example.com", "Requested");
  for (const step of steps.slice(2)) assert.equal(await post("woocommerce", step.topic, step.body), 200);
  const before = (await bell.mailbox()).length;
  const variation = { ...steps[1].body, stock_quantity: 4, stock_status: "instock", date_modified_gmt: "2026-11-22T10:00:00" };
  assert.equal((await bell.requestOf("cleo@example.com", "Requested")).status, "Requested");
  assert.equal(await post("woocommerce", "product.updated", variation), 200);
  await bell.requestOf("cleo@example.com", "Sent");
  assert.equal((await until("it is there", async () => { const all = await bell.mailbox(); return all.length > before && all; })).length, before + 1);
});

test("an order closes the request of who bought", async () => {
  assert.equal(await post("woocommerce", "product.created", { ...scenario("woocommerce_stock_states")[1].body, id: 77, sku: "CUP-77" }), 200);
  await bell.ask("CUP-77", "dan@example.com");
  await bell.requestOf("dan@example.com", "Requested");
  assert.equal(await post("woocommerce", "order.updated", { id: 900, status: "processing", date_created_gmt: "2099-01-01T00:00:00",
    billing: { email: "Dan@example.com" }, line_items: [{ product_id: 77, variation_id: 0, sku: "CUP-77", quantity: 1 }] }), 200);
  await bell.requestOf("dan@example.com", "Purchased");
});
