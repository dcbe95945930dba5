// Step 10, invariant 8: a feed that would message more people than it may is held, shown with its numbers, and released or discarded.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { catalogXml } from "./support/catalog.ts";
import { type Json, Stockbell, until } from "./support/stockbell.ts";

const run = promisify(execFile);
let bell: Stockbell;
let account: { name: string; password: string };
before(async () => {
  bell = await Stockbell.start({ STOCKBELL_ENGAGEMENT_GUARD_PEOPLE: "2" });
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1" }, { sku: "S2" }]));
  account = await bell.api("POST", "/sftp-accounts", { name: "merchant" });
});
after(() => bell.stop());

async function upload(name: string, content: string, manifest?: Json): Promise<void> {
  const commands = ["cd Import"];
  for (const [file, text] of [[`${name}.manifest.json`, manifest && JSON.stringify(manifest)], [name, content]] as const) {
    if (!text) continue;
    writeFileSync(path.join(bell.directory, file), text);
    commands.push(`put ${path.join(bell.directory, file)} ${file}`);
  }
  const batch = path.join(bell.directory, "batch");
  writeFileSync(batch, commands.join("\n") + "\n");
  await run("sshpass", ["-p", account.password, "sftp", "-P", String(bell.sftpPort), "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
    "-o", "PreferredAuthentications=password", "-o", "BatchMode=no", "-b", batch, `${account.name}@127.0.0.1`]);
}

async function feed(name: string, ...states: string[]): Promise<Json> {
  return await until(`${name} is ${states.join(" or ")}`, async () => {
    const page = await bell.api("GET", "/feed-imports");
    const found = page.items.find((row: Json) => row.name === name);
    if (!states.includes(found?.state)) throw new Error(JSON.stringify(found));
    return found;
  });
}

const rows = (stock: string) => `SkuID|ProductName|InStock|ATS\nS1|Scarf|${stock}\nS2|Scarf|N|0\n`;

test("a feed for too many people is held through a kill, and messages nobody", async () => {
  for (const who of ["ada", "bob", "eve"]) {
    assert.equal((await bell.ask("S1", `${who}@example.com`)).status, 202);
    await bell.requestOf(`${who}@example.com`, "Requested");
  }
  await upload("sold_out.psv", rows("N|0"));
  await feed("sold_out.psv", "completed");
  await until("the three are known to Engagement", async () => {
    const page = await bell.api("GET", "/data-extensions/Back_In_Stock__c_Salesforce/rows?limit=10");
    return page.items.length === 3;
  });
  await upload("back.psv", rows("Y|5"));
  const held = await feed("back.psv", "held");
  assert.equal(held.reason, "3 people wait for what would come back; more than 2");
  assert.deepEqual([held.rows_read, held.rows_changed, held.back_in_stock, held.people, held.released], [2, 0, 1, 3, false]);
  assert.deepEqual((await bell.api("GET", `/feed-imports/${held.id}/preview`)).items, [{ sku: "S1", quantity: 5, people: 3 }]);
  await bell.killAndRestart();
  assert.match(await bell.cliOf("engagement", ["feed", "held"]), new RegExp(`^${held.id}\tback.psv\t3 people wait`));
  assert.deepEqual((await bell.requests()).map((row) => row.status), ["Requested", "Requested", "Requested"]);
  assert.equal((await bell.api("GET", "/restocks")).items.length, 0);
});

test("discarded, it is gone; released, another rings", async () => {
  const [first] = (await bell.api("GET", "/feed-imports?state=held")).items;
  assert.equal((await bell.cliOf("engagement", ["feed", "discard", first.id])).trim(), "back.psv: discarded");
  await assert.rejects(bell.api("POST", `/feed-imports/${first.id}/release`), /409.*import-not-held/);
  await upload("again.psv", rows("Y|6"));
  const held = await feed("again.psv", "held");
  assert.equal((await bell.api("POST", `/feed-imports/${held.id}/release`)).state, "queued");
  const done = await feed("again.psv", "completed");
  assert.deepEqual([done.released, done.rows_changed], [true, 1]);
  for (const who of ["ada", "bob", "eve"]) await bell.requestOf(`${who}@example.com`, "Sent");
});

test("a file that is not what its manifest says is held", async () => {
  const whole = rows("N|0");
  const manifest = { bytes: whole.length, sha256: createHash("sha256").update(whole).digest("hex"), kind: "full", built_at: new Date().toISOString() };
  await upload("cut.psv", whole.slice(0, -3), manifest);
  assert.match((await feed("cut.psv", "held")).reason, /the file has \d+ bytes, its manifest says \d+/);
  await upload("whole.psv", whole, manifest);
  await feed("whole.psv", "completed");
});
