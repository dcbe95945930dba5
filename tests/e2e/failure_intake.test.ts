// The form under load while the process is killed, the disk fills up or the CRM is away: what was answered with 202 is there,
// once; what cannot be kept is answered with 503 and Retry-After.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { catalogXml } from "./support/catalog.ts";
import { Stockbell, until } from "./support/stockbell.ts";
import { split } from "./support/topology.ts";

const many = { STOCKBELL_COMMERCE_REQUESTS_WITHOUT_TOKEN: "1000000" };

async function shop(env: Record<string, string> = {}, args: string[] = []): Promise<Stockbell> {
  const bell = await Stockbell.start({ ...many, ...env }, args);
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1" }, { sku: "S2" }]));
  return bell;
}

// Whether any file of the journal has this text.
function inJournal(bell: Stockbell, text: string): boolean {
  const folder = path.join(bell.folderOf("commerce"), "journal");
  return existsSync(folder) && readdirSync(folder).some((file) => readFileSync(path.join(folder, file)).includes(text));
}

test("killed again and again while shoppers ask: every request answered with 202 is recorded once", { timeout: 300_000 }, async () => {
  const bell = await shop();
  try {
    const accepted = new Set<string>();
    let next = 0;
    for (let round = 0; round < 6; ++round) {
      let killed = false;
      const askers = Array.from({ length: 16 }, async () => {
        while (!killed) {
          const email = `k${next++}@example.com`;
          try {
            if ((await bell.ask("S1", email)).status === 202) accepted.add(email);
          } catch {
            return; // the process is gone; nobody was told anything
          }
        }
      });
      await until("some are accepted", () => accepted.size >= (round + 1) * 40);
      await new Promise((later) => setTimeout(later, 13 * round)); // at another moment of the road each time
      await bell.down("SIGKILL");
      killed = true;
      await Promise.all(askers);
      await bell.up();
    }
    const recorded = await until("all are recorded", async () => {
      const emails = (await bell.requests("&sku=S1")).map((row) => row.contact.email);
      const missing = [...accepted].filter((email) => !emails.includes(email));
      if (missing.length > 0) throw new Error(`${missing.length} of ${accepted.size} are missing: ${missing.slice(0, 3)}`);
      return emails;
    }, 60_000);
    assert.equal(new Set(recorded).size, recorded.length, "none twice");
    assert.ok(accepted.size >= 240);
  } finally {
    await bell.stop();
  }
});

test("the disk is full: 503 with Retry-After, and requests are taken again when there is room", {
  timeout: 180_000, skip: (split && "one process is enough") || (process.getuid!() !== 0 && "mounting needs root"),
}, async () => {
  const bell = await shop();
  const folder = path.join(bell.folderOf("commerce"), "journal");
  try {
    assert.equal((await bell.ask("S1", "first@example.com")).status, 202);
    await bell.requestOf("first@example.com", "Requested");
    await bell.down();
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=12m", "tmpfs", folder]);
    writeFileSync(path.join(folder, "ballast"), Buffer.alloc(10 << 20));
    await bell.up();
    const refused = await bell.ask("S1", "full@example.com");
    assert.equal(refused.status, 503);
    assert.match(refused.headers.get("retry-after") ?? "", /^[0-9]+$/);
    assert.equal((await bell.requests("&email=full@example.com")).length, 0);
    assert.match(bell.log, /journal-full/);
    rmSync(path.join(folder, "ballast"));
    await until("there is room again", async () => (await bell.ask("S1", "room@example.com")).status === 202);
    await bell.requestOf("room@example.com", "Requested");
  } finally {
    await bell.down();
    execFileSync("umount", ["-l", folder]);
    await bell.stop();
  }
});

test("while the CRM is away requests go to the outbox; an erasure and a backup see them; the journal forgets", {
  timeout: 120_000, skip: split && "one process is enough",
}, async () => {
  const bell = await shop({
    STOCKBELL_CRM_URL: "http://127.0.0.1:9", STOCKBELL_CRM_CLIENT_ID: "shop", STOCKBELL_CRM_CLIENT_SECRET: "none",
    STOCKBELL_ENGAGEMENT_SFTP: "sftp://shop:none@127.0.0.1:9/Import?host_key=SHA256:none",
  }, ["--roles", "commerce"]);
  try {
    for (const name of ["ada", "bob"]) assert.equal((await bell.ask("S1", `${name}@example.com`)).status, 202);
    const waiting = await bell.api("GET", "/intake-outbox");
    assert.equal(waiting.items.length, 2, "what was acknowledged a moment ago is shown");
    const receipt = await bell.api("POST", "/privacy/erase", { email: "ada@example.com" });
    assert.equal(receipt.boxes.commerce.waiting_for_crm, 1);
    assert.ok(!inJournal(bell, "ada@example.com"), "nothing is left in the journal");
    assert.equal((await bell.api("GET", "/intake-outbox")).items.length, 1);
    assert.equal((await bell.ask("S2", "eve@example.com")).status, 202);
    const file = path.join(bell.directory, "backup.tar");
    await bell.cli("backup", file);
    const copy = readFileSync(file).toString("latin1");
    assert.ok(copy.includes("eve@example.com"), "acknowledged before the backup: in it");
    assert.ok(!copy.includes("ada@example.com"));
    await until("the journal forgets by itself", () => !inJournal(bell, "eve@example.com"));
  } finally {
    await bell.stop();
  }
});
