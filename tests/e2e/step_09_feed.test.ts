// Step 9: the feed job writes the catalog feed and uploads it over real SFTP: temporary name, then rename.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { freePort, type Json, Stockbell, until } from "./support/stockbell.ts";

let bell: Stockbell;
before(async () => {
  bell = await Stockbell.start();
  await bell.importFile("catalog", catalogXml("M1", 'Scarf | "long"', [{ sku: "S1", color: "Red" }, { sku: "S2", color: "Blue" }]));
  await bell.importFile("inventory", inventoryXml({ S1: 0, S2: 7 }));
});
after(() => bell.stop());

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => path.join(folder, name)).filter((file) => statSync(file).isFile());
}

test("on demand: written, uploaded, imported; columns of the reference plus InStock and ATS", async () => {
  const asked = await bell.api("POST", "/feeds/catalog/run");
  const run = await until("the run is done", async () =>
    (await bell.api("GET", "/feeds/catalog/runs")).items.find((row: any) => row.id === asked.id && row.state === "done"));
  assert.equal(run.rows, 2);
  const imported = await until("Engagement has imported a feed of both SKUs", async () =>
    (await bell.api("GET", "/feed-imports")).items.find((row: any) => row.state === "completed" && row.rows_read === 2));
  assert.equal(imported.rows_refused, 0);
  const feed = files(path.join(bell.folderOf("commerce"), "feeds", "engagement")).filter((file) => file.endsWith(".psv"));
  assert.equal(feed.length, 1, "the uploaded file is kept");
  const lines = readFileSync(feed[0], "utf8").trim().split(/\r?\n/);
  const columns = lines[0].replaceAll('"', "").split("|");
  for (const column of ["SiteID", "ProductID", "ProductCode", "MasterID", "IsMaster", "IsVariant", "ProductName", "ProductType",
    "ProductLink", "OnlineAvailability", "SkuID", "ImageLink", "LargeImages", "RegularPrice", "SalePrice", "Description", "InStock", "ATS"])
    assert.ok(columns.includes(column), column);
  const row = lines.find((line) => line.includes("S2"))!;
  assert.match(row, /""long""/, "quotes are doubled");
  assert.ok(!files(bell.dataDir).some((file) => file.endsWith(".tmp")), "no temporary file is left");
});

test("the command line runs it too, and a kill right after leaves nothing half done", async () => {
  await bell.setStock("S1", 2);
  await bell.cli("feed", "run");
  await bell.killAndRestart();
  await until("a second import is there", async () => {
    const page = await bell.api("GET", "/feed-imports");
    const done = (page.items).filter((row: any) => row.state === "completed");
    return done.length >= 2;
  });
});

test("on schedule", async () => {
  const clockwork = await Stockbell.start({ STOCKBELL_COMMERCE_FEED_INTERVAL_SECONDS: "1" });
  try {
    await clockwork.importFile("catalog", catalogXml("M1", "Scarf", [{ sku: "S1" }]));
    await until("two runs happened by themselves", async () => {
      const page = await clockwork.api("GET", "/feeds/catalog/runs");
      return (page.items).length >= 2;
    });
  } finally {
    await clockwork.stop();
  }
});

const finished = (of: Stockbell, id: string): Promise<Json> => until("the run is over", async () =>
  (await of.api("GET", "/feeds/catalog/runs")).items.find((row: Json) => row.id === id && ["done", "failed"].includes(row.state)));

test("an incremental feed sees a pure change of stock, both ways, and what is removed", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "stockbell-feed-"));
  const shop = await Stockbell.start({ STOCKBELL_COMMERCE_FEEDS: JSON.stringify([
    { key: "engagement" },
    { key: "share", kind: "folder", path: folder, delimiter: "TAB", file_name: "{site}.tsv", incremental_file_name: "{site}_{time}.tsv",
      columns: [{ attribute: "sku", label: "SKU", required: true }, { attribute: "online" }, { attribute: "in_stock" }, { attribute: "ats" }] },
  ]) });
  const send = async (kind: string) => {
    const before = readdirSync(folder);
    const asked = await shop.api("POST", `/feeds/catalog/run?target=share&kind=${kind}`);
    const run = await finished(shop, asked.id);
    assert.equal(run.state, "done", run.error);
    const name = readdirSync(folder).filter((file) => !before.includes(file) && file.endsWith(".tsv"));
    assert.ok(name.length <= 1);
    return name.length ? readFileSync(path.join(folder, name[0]), "utf8").trim().split("\r\n").slice(1).map((row) => row.replaceAll('"', "").split("\t")) : [];
  };
  try {
    await shop.importFile("catalog", catalogXml("M1", "Scarf", [{ sku: "S1" }, { sku: "S2" }]));
    await shop.importFile("inventory", inventoryXml({ S1: 0, S2: 7 }));
    await until("the runs that the import asked for are over", async () =>
      (await shop.api("GET", "/feeds/catalog/runs")).items.every((row: Json) => row.state === "done"));
    rmSync(path.join(folder, "default.tsv"), { force: true });
    assert.deepEqual(await send("full"), [["S1", "Y", "N", "0"], ["S2", "Y", "Y", "7"]], "sold out is in it");
    assert.deepEqual(await send("incremental"), [], "nothing has changed");
    await shop.setStock("S1", 3);
    assert.deepEqual(await send("incremental"), [["S1", "Y", "Y", "3"]]);
    await shop.setStock("S2", 0);
    assert.deepEqual(await send("incremental"), [["S2", "Y", "N", "0"]]);
    await shop.importFile("catalog", `<?xml version="1.0"?><catalog xmlns="http://www.demandware.com/xml/impex/catalog/2006-10-31"
      catalog-id="demo"><product product-id="S2" mode="delete"/></catalog>`);
    assert.deepEqual(await send("incremental"), [["S2", "N", "N", "0"]], "what is removed is told as gone");
    const gone = await until("Engagement has imported the removal, and takes no manifest for a feed", async () =>
      (await shop.api("GET", "/feed-imports")).items.find((row: Json) => row.state === "completed" && /^default_catalogFeed_\d{8}T\d{9}Z\.psv$/.test(row.name)));
    assert.deepEqual([gone.rows_read, gone.rows_refused], [2, 0], "S1 with its new stock, S2 gone");
    assert.ok((await shop.api("GET", "/feed-imports")).items.every((row: Json) => row.name.endsWith(".psv")));
  } finally {
    await shop.stop();
    rmSync(folder, { recursive: true });
  }
});

test("the manifest is right, a target that is down holds no other, and comes after a restart", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "stockbell-feed-"));
  const share = path.join(folder, "share");
  const closed = await freePort();
  const shop = await Stockbell.start({ STOCKBELL_COMMERCE_FEEDS: JSON.stringify([
    { key: "down", kind: "sftp", url: `sftp://feed:secret-word@127.0.0.1:${closed}/Import?host_key=SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA` },
    { key: "share", kind: "folder", path: share },
    { key: "engagement" },
  ]) });
  try {
    await shop.importFile("catalog", catalogXml("M1", "Scarf", [{ sku: "S1" }]));
    const asked = await shop.api("POST", "/feeds/catalog/run");
    const [down, away, own] = asked.items;
    assert.equal((await finished(shop, own.id)).state, "done");
    const failing = await until("the others tell why they wait", async () => {
      const runs = (await shop.api("GET", "/feeds/catalog/runs")).items;
      const both = [down, away].map(({ id }) => runs.find((row: Json) => row.id === id));
      return both.every((row) => row.error) && both;
    });
    assert.match(failing[0].error, /127\.0\.0\.1/);
    assert.match(failing[1].error, /not mounted/);
    const targets = (await shop.api("GET", "/feeds/catalog/targets")).items;
    assert.equal(targets[0].place, `sftp://127.0.0.1:${closed}/Import`);
    assert.ok(!JSON.stringify([targets, failing]).includes("secret-word") && !shop.log.includes("secret-word"));
    mkdirSync(share);
    await shop.killAndRestart();
    await finished(shop, away.id);
    // The schedule may have asked for another run meanwhile; the one that waited may well end after it. What ended last lies there.
    const run = await until("no run to the share is under way", async () => {
      const runs = (await shop.api("GET", "/feeds/catalog/runs")).items.filter((row: Json) => row.target === "share");
      const last = runs.toSorted((a: Json, b: Json) => String(b.finished_at).localeCompare(String(a.finished_at)))[0];
      return runs.every((row: Json) => ["done", "failed"].includes(row.state)) && last;
    });
    assert.equal(run.state, "done", run.error);
    const manifest = JSON.parse(readFileSync(path.join(share, "default_catalogFeed.psv.manifest.json"), "utf8"));
    const sum = execFileSync("sha256sum", [path.join(share, "default_catalogFeed.psv")], { encoding: "utf8" }).split(" ")[0];
    assert.equal(manifest.sha256, sum);
    assert.equal(manifest.sha256, run.sha256);
    assert.equal(manifest.bytes, statSync(path.join(share, "default_catalogFeed.psv")).size);
    assert.equal(manifest.rows, 1);
    assert.deepEqual(readdirSync(share).filter((name) => name.startsWith(".")), []);
  } finally {
    await shop.stop();
    rmSync(folder, { recursive: true });
  }
});
