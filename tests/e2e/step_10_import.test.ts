// Step 10: Engagement notices a feed (on close, or rename into place), imports it, records rows read, changed, refused.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { type Json, Stockbell, until } from "./support/stockbell.ts";

const run = promisify(execFile);
let bell: Stockbell;
let account: { user: string; password: string };
before(async () => {
  bell = await Stockbell.start();
  account = await bell.api("POST", "/sftp-accounts", { name: "merchant" }).then((made) => ({ user: made.name, password: made.password }));
});
after(() => bell.stop());

// OpenSSH's own client, with a batch of commands.
async function sftp(...batch: string[]): Promise<void> {
  const file = path.join(bell.directory, "batch");
  writeFileSync(file, batch.join("\n") + "\n");
  await run("sshpass", ["-p", account.password, "sftp", "-P", String(bell.sftpPort), "-o", "StrictHostKeyChecking=no",
    "-o", "UserKnownHostsFile=/dev/null", "-o", "PreferredAuthentications=password", "-o", "BatchMode=no", "-b", file,
    `${account.user}@127.0.0.1`]);
}

const header = "SiteID|ProductID|ProductName|ProductLink|ImageLink|RegularPrice|InStock|ATS";

async function imported(name: string): Promise<Json> {
  return await until(`${name} is imported`, async () => {
    const page = await bell.api("GET", "/feed-imports");
    return page.items.find((row: Json) => row.file.endsWith(name) && row.state !== "running" && row.state !== "queued");
  });
}

function local(name: string, content: string): string {
  const file = path.join(bell.directory, name);
  writeFileSync(file, content);
  return file;
}

test("written straight to its name: imported on close", async () => {
  const file = local("direct.psv", `${header}\n"default"|"A1"|"Scarf"|"http://x/A1"|""|"49.00"|"N"|"0"\n`);
  await sftp("cd Import", `put ${file} direct.psv`);
  const done = await imported("direct.psv");
  assert.equal(done.rows_read, 1);
  assert.equal(done.rows_changed, 1);
});

test("written under a temporary name and renamed: imported once, after the rename", async () => {
  const file = local("renamed.psv", `${header}\ndefault|A2|Scarf|http://x/A2||49.00|Y|3\n`);
  await sftp("cd Import", `put ${file} .renamed.psv.tmp`, "rename .renamed.psv.tmp renamed.psv");
  await imported("renamed.psv");
  const page = await bell.api("GET", "/feed-imports");
  assert.equal(page.items.filter((row: Json) => row.file.includes("renamed")).length, 1);
});

test("BOM, CRLF, quotes and line breaks inside values, blanks, a row twice; bad rows named by line", async () => {
  const file = local("flawed.psv", `\uFEFF${header}\r\n` +
    `default| B1 |"A ""long"" | name\r\nin two lines"|http://x/B1||10.00|Y|4\r\n` +
    `default|B2|Cap|http://x/B2||10.00|maybe|4\r\n` +
    `default|B3|Cap\r\n` +
    `default||Cap|http://x/||10.00|Y|1\r\n` +
    `default|B4|Cap|http://x/B4||10.00|Y|1\r\n` +
    `default|B4|Cap|http://x/B4||10.00|Y|1\r\n`);
  await sftp("cd Import", `put ${file} flawed.psv`);
  const done = await imported("flawed.psv");
  assert.equal(done.rows_read, 6, JSON.stringify(done));
  assert.equal(done.rows_refused, 3);
  const errors = (await bell.api("GET", `/feed-imports/${done.id}/errors`)).items;
  assert.deepEqual(errors.map((row: Json) => row.line), [4, 5, 6]);
  assert.match(errors[0].reason, /InStock|maybe/);
});

test("the same content twice changes nothing", async () => {
  const file = local("again.psv", `${header}\ndefault|A2|Scarf|http://x/A2||49.00|Y|3\n`);
  await sftp("cd Import", `put ${file} again.psv`);
  assert.equal((await imported("again.psv")).rows_changed, 0);
});

test("a file without the columns needed is refused with what is missing", async () => {
  const file = local("wrong.psv", "Colour|Size\nred|M\n");
  await sftp("cd Import", `put ${file} wrong.psv`);
  const done = await imported("wrong.psv");
  assert.equal(done.state, "failed");
  assert.match(done.error, /ProductID/);
});

test("path tricks and forbidden names are refused", async () => {
  const file = local("trick.psv", `${header}\n`);
  for (const name of ["../../../../tmp/stockbell-trick.psv", "/etc/stockbell-trick.psv", '"a:b.psv"', '"a<b.psv"'])
    await assert.rejects(sftp("cd Import", `put ${file} ${name}`), name);
});
