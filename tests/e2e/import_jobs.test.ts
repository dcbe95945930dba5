// Step 8 by the folder: curl uploads to Impex/src over WebDAV, the job imports, archives and reports.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { type Json, Stockbell, until } from "./support/stockbell.ts";

const run = promisify(execFile);
let bell: Stockbell;
let src: string;
before(async () => {
  bell = await Stockbell.start({
    STOCKBELL_COMMERCE_IMPORT_JOBS: JSON.stringify([
      { id: "ImportInventoryLists" },
      { id: "ImportCatalog", kind: "catalog", folder: "catalog" },
      { id: "by-hand", folder: "erp/stock", pattern: "stock_\\d+\\.csv", on_arrival: false, after: "archive_zipped" },
    ]),
  });
  src = `http://127.0.0.1:${bell.port}/on/demandware.servlet/webdav/Sites/Impex/src`;
});
after(() => bell.stop());

function local(name: string, content: string | Buffer): string {
  const file = path.join(bell.directory, name);
  writeFileSync(file, content);
  return file;
}
// The status, and what was answered.
async function curl(...parameters: string[]): Promise<{ status: number; text: string }> {
  const { stdout } = await run("curl", ["-sS", "-w", "\n%{http_code}", "-u", `ops:${bell.key}`, ...parameters]);
  const end = stdout.lastIndexOf("\n");
  return { status: Number(stdout.slice(end + 1)), text: stdout.slice(0, end) };
}
const impex = (name: string) => path.join(bell.folderOf("commerce"), "impex/src", name);
const lastRun = async (job: string): Promise<Json> => (await bell.api("GET", `/import-job-runs?job=${job}`)).items[0];
const finished = (job: string, count: number) =>
  until(`${job} has run ${count} times`, async () => {
    const { items } = await bell.api("GET", `/import-job-runs?job=${job}`);
    return items.length === count && items.every((one: Json) => one.state === "finished") ? items[0] : null;
  });
const quantity = async (sku: string) => (await bell.api("GET", `/availability?sku=${sku}`)).items[0].quantity;

test("curl -T of a catalog and a packed inventory: both are imported on arrival and archived", async () => {
  const catalog = local("products.xml", catalogXml("M1", "Wool Scarf", [{ sku: "S1", color: "Red" }, { sku: "S2", color: "Blue" }]));
  assert.equal((await curl("-T", catalog, `${src}/catalog/`)).status, 201);
  assert.equal((await finished("ImportCatalog", 1)).status, "OK");
  const stock = local("stock.xml.gz", gzipSync(inventoryXml({ S1: 0, S2: 3 })));
  assert.equal((await curl("-T", stock, `${src}/inventory/`)).status, 201);
  const done = await finished("ImportInventoryLists", 1);
  assert.deepEqual([done.status, done.cause, done.files], ["OK", "arrival", 1]);
  assert.equal(await quantity("S2"), 3);
  assert.ok(existsSync(impex("inventory/archive/stock.xml.gz")));
  assert.ok(!existsSync(impex("inventory/stock.xml.gz")));
});

test("uploaded under another name and moved: imported once it has its name", async () => {
  const stock = local("moved.xml", inventoryXml({ S1: 5, S2: 3 }));
  assert.equal((await curl("-T", stock, `${src}/inventory/moved.xml.part`)).status, 201);
  assert.equal((await lastRun("ImportInventoryLists")).id, (await finished("ImportInventoryLists", 1)).id);
  assert.equal((await curl("-X", "MOVE", "-H", `Destination: ${src}/inventory/moved.xml`, `${src}/inventory/moved.xml.part`)).status, 201);
  await finished("ImportInventoryLists", 2);
  assert.equal(await quantity("S1"), 5);
});

test("a file that is no inventory is set aside, and the run says why", async () => {
  assert.equal((await curl("-T", local("broken.xml", "<inventory><record>"), `${src}/inventory/`)).status, 201);
  const done = await finished("ImportInventoryLists", 3);
  assert.equal(done.status, "WARN");
  assert.match(done.detail, /^broken\.xml: /);
  assert.ok(existsSync(impex("inventory/failed/broken.xml")));
  assert.equal(await quantity("S1"), 5);
});

test("on demand, as OCAPI has it: pattern, order, archive", async () => {
  for (const [name, units] of [["stock_2.csv", 9], ["stock_1.csv", 7], ["stock_x.csv", 1]] as const)
    await curl("-T", local(name, `sku,quantity\nS2,${units}\n`), `${src}/erp/stock/`);
  const executions = `http://127.0.0.1:${bell.port}/s/-/dw/data/v23_2/jobs/by-hand/executions`;
  assert.equal((await curl("-X", "POST", executions)).status, 401);  // Basic is WebDAV's
  const id = JSON.parse((await run("curl", ["-sS", "-X", "POST", "-H", `Authorization: Bearer ${bell.key}`, executions])).stdout).id;
  const execution = await until("the execution has finished", async () => {
    const { stdout } = await run("curl", ["-sS", "-H", `Authorization: Bearer ${bell.key}`, `${executions}/${id}`]);
    const document = JSON.parse(stdout);
    return document.execution_status === "finished" ? document : null;
  });
  assert.equal(execution.status, "OK");
  assert.equal(await quantity("S2"), 9);
  assert.ok(existsSync(impex("erp/stock/archive/stock_1.csv.gz")) && existsSync(impex("erp/stock/stock_x.csv")));
});

test("WebDAV as its clients walk it, and nothing outside the folder", async () => {
  assert.equal((await curl("-X", "MKCOL", `${src}/more`)).status, 201);
  assert.equal((await curl("-T", local("a b&c.txt", "x"), `${src}/more/a%20b%26c.txt`)).status, 201);
  const listed = await curl("-X", "PROPFIND", "-H", "Depth: 1", `${src}/more`);
  assert.equal(listed.status, 207);
  assert.match(listed.text, /<D:href>\/on\/demandware\.servlet\/webdav\/Sites\/Impex\/src\/more\/a%20b%26c\.txt<\/D:href>/);
  assert.match(listed.text, /<D:displayname>a b&amp;c\.txt<\/D:displayname>/);
  assert.equal((await curl(`${src}/more/a%20b%26c.txt`)).text, "x");
  assert.equal((await curl("-T", local("y", "y"), `${src}/none/y`)).status, 409);
  for (const where of ["..%2f..%2f..%2fescaped", "more%2f..%2f..%2f..%2fescaped", "more/a:b", "more/%00"])
    assert.ok((await curl("--path-as-is", "-T", local("z", "z"), `${src}/${where}`)).status >= 201, where);
  assert.ok(!existsSync(path.join(bell.folderOf("commerce"), "escaped")) && !existsSync(path.join(bell.directory, "escaped")));
  assert.equal((await curl("-X", "MOVE", "-H", "Destination: http://elsewhere/x", `${src}/more/a%20b%26c.txt`)).status, 422);
  assert.equal((await curl("-X", "DELETE", `${src}/more/a%20b%26c.txt`)).status, 204);
  const nobody = await run("curl", ["-sS", "-D", "-", "-o", "/dev/null", "-u", "ops:wrong", `${src}/more`]);
  assert.match(nobody.stdout, /401/);
  assert.match(nobody.stdout, /WWW-Authenticate: Basic/i);
});
