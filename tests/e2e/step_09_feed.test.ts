// Step 9: the feed job writes the catalog feed and uploads it over real SFTP: temporary name, then rename.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { Stockbell, until } from "./support/stockbell.ts";

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
  const feed = files(bell.dataDir).filter((file) => file.endsWith(".psv"));
  assert.ok(feed.length > 0, "the uploaded file is kept");
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
