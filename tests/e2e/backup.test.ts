// stockbell backup: one tar file, whole, while running; restored into an empty folder it goes on.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { catalogXml } from "./support/catalog.ts";
import { Stockbell } from "./support/stockbell.ts";

test("a backup taken while running brings everything back", async () => {
  const bell = await Stockbell.start();
  try {
    await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1" }]));
    await bell.ask("S1", "ada@example.com");
    const before = await bell.requestOf("ada@example.com", "Requested");
    const file = path.join(bell.directory, "backup.tar");
    await bell.cli("backup", file);
    assert.equal(statSync(file).mode & 0o077, 0, "for the owner alone");
    await bell.down();
    rmSync(bell.dataDir, { recursive: true });
    mkdirSync(bell.dataDir);
    execFileSync("tar", ["-xf", file, "-C", bell.dataDir]);
    await bell.up();
    assert.deepEqual(await bell.requestOf("ada@example.com", "Requested"), before);
  } finally {
    await bell.stop();
  }
});

test("a backup into the data folder is refused: it could be served, or overwrite a store", async () => {
  const bell = await Stockbell.start();
  try {
    for (const inside of ["pictures/x.tar", "crm.db", "sftp/../x.tar"])
      await assert.rejects(bell.cli("backup", bell.file(inside)), /outside the data folder/);
  } finally {
    await bell.stop();
  }
});
