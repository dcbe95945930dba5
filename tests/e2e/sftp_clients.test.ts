// Step 9: the SFTP account as its clients know it: npm's ssh2, OpenSSH's sftp (slow, broken off, resumed), lftp and curl resuming, and
// clients that mean harm. A file is imported once it is whole, and only then.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import ssh2, { type Client, type ClientChannel, type SFTPWrapper } from "ssh2";
import { type Json, Stockbell, until } from "./support/stockbell.ts";

const run = promisify(execFile);
let bell: Stockbell;
let account: { name: string; password: string };
before(async () => {
  bell = await Stockbell.start();
  account = await bell.api("POST", "/sftp-accounts", { name: "merchant" });
});
after(() => bell.stop());

const header = "SiteID|ProductID|ProductName|ProductLink|ImageLink|RegularPrice|InStock|ATS";
const feed = (sku: string, rows = 1) =>
  [header, ...Array.from({ length: rows }, (_, i) => `default|${sku}-${i}|Scarf|http://x/${sku}||49.00|N|0`)].join("\n") + "\n";
const inImport = (name: string) => path.join(bell.folderOf("engagement"), "sftp", "Import", name);

function local(name: string, content: string | Buffer): string {
  const file = path.join(bell.directory, name);
  writeFileSync(file, content);
  return file;
}

async function importsOf(name: string): Promise<Json[]> {
  const page = await bell.api("GET", "/feed-imports");
  return page.items.filter((row: Json) => row.file.endsWith(name));
}
const imported = (name: string) =>
  until(`${name} is imported`, async () => (await importsOf(name)).find((row) => !["queued", "running"].includes(row.state)));

function connect(login: object = { password: account.password }, username = account.name): Promise<Client> {
  return new Promise((ready, failed) => {
    const client = new ssh2.Client();
    client.on("ready", () => ready(client)).on("error", failed);
    client.connect({ host: "127.0.0.1", port: bell.sftpPort, username, readyTimeout: 20_000, ...login });
  });
}
const sftpOf = (client: Client) =>
  new Promise<SFTPWrapper>((ready, failed) => client.sftp((error, sftp) => (error ? failed(error) : ready(sftp))));
function call<T>(start: (done: (error: Error | null | undefined, value?: T) => void) => void): Promise<T> {
  return new Promise((ready, failed) => start((error, value) => (error ? failed(error) : ready(value as T))));
}

test("npm's ssh2: put, append, rename, list, read back, with a key", async () => {
  const key = ssh2.utils.generateKeyPairSync("ed25519");
  await bell.api("PUT", `/sftp-accounts/${account.name}/public-keys`, { public_keys: [key.public] });
  const client = await connect({ privateKey: key.private });
  try {
    const sftp = await sftpOf(client);
    const whole = feed("SSH2", 20_000);
    const half = whole.length / 2;
    await call((done) => sftp.writeFile("Import/.ssh2.psv.tmp", whole.slice(0, half), done));
    await call((done) => sftp.appendFile("Import/.ssh2.psv.tmp", whole.slice(half), done));
    assert.equal((await importsOf("ssh2.psv")).length, 0);
    const back = await call<Buffer>((done) => sftp.readFile("Import/.ssh2.psv.tmp", done));
    assert.equal(createHash("sha256").update(back).digest("hex"), createHash("sha256").update(whole).digest("hex"));
    await call((done) => sftp.rename("Import/.ssh2.psv.tmp", "Import/ssh2.psv", done));
    assert.equal((await imported("ssh2.psv")).rows_read, 20_000);
    await call((done) => sftp.fastPut(local("fast.psv", feed("FAST")), "/Import/fast.psv", done));
    assert.equal((await imported("fast.psv")).rows_read, 1);
    const folders = await call<{ filename: string }[]>((done) => sftp.readdir("/", done as never));
    assert.deepEqual(folders.map((entry) => entry.filename).sort(), ["Export", "Import", "Reports"]);
  } finally {
    client.end();
  }
});

test("OpenSSH at a limited rate, killed in mid-transfer and resumed: imported once, whole", async () => {
  const content = feed("SLOW", 20_000);
  const file = local("slow.psv", content);
  const key = path.join(bell.directory, "key");
  await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
  await bell.api("PUT", `/sftp-accounts/${account.name}/public-keys`, { public_keys: [readFileSync(`${key}.pub`, "utf8")] });
  const sftp = (batch: string, ...more: string[]) => ["-P", String(bell.sftpPort), "-i", key, "-o", "IdentitiesOnly=yes", "-o",
    "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", ...more, "-b", local("batch", `${batch}\n`), `${account.name}@127.0.0.1`];
  const client = spawn("sftp", sftp(`put ${file} Import/slow.psv`, "-l", "2000"), { detached: true, stdio: "ignore" });
  await until("part of it is there", () => existsSync(inImport("slow.psv")) && statSync(inImport("slow.psv")).size > 100_000);
  const dead = new Promise((gone) => client.on("exit", gone));
  process.kill(-client.pid!, "SIGKILL");  // with the ssh below it
  await dead;
  assert.ok(statSync(inImport("slow.psv")).size < content.length, "it was killed too late");
  assert.equal((await importsOf("slow.psv")).length, 0);
  await run("sftp", sftp(`reput ${file} Import/slow.psv`));
  assert.equal((await imported("slow.psv")).rows_read, 20_000);
  assert.equal((await importsOf("slow.psv")).length, 1);
});

test("lftp and curl go on where they were broken off", async () => {
  for (const [name, command] of [
    ["lftp.psv", (file: string) => ["lftp", ["-e", `set sftp:auto-confirm yes; set net:max-retries 2; cd Import; put -c ${file}; bye`,
      "-u", `${account.name},${account.password}`, `sftp://127.0.0.1:${bell.sftpPort}`]]],
    ["curl.psv", (file: string) => ["curl", ["-sS", "-k", "-C", "-", "-u", `${account.name}:${account.password}`, "-T", file,
      `sftp://127.0.0.1:${bell.sftpPort}/Import/${path.basename(file)}`]]],
  ] as [string, (file: string) => [string, string[]]][]) {
    const content = feed(name, 5_000);
    const file = local(name, content);
    const client = await connect();
    const sftp = await sftpOf(client);
    const handle = await call<Buffer>((done) => sftp.open(`Import/${name}`, "w", done));
    await call((done) => sftp.write(handle, Buffer.from(content), 0, 60_000, 0, done as never));
    client.destroy();  // without CLOSE: the handle dies
    await until("the half is there", () => statSync(inImport(name)).size === 60_000);
    assert.equal((await importsOf(name)).length, 0);
    await run(...command(file));
    assert.equal((await imported(name)).rows_read, 5_000, name);
  }
});

test("temporary names are never imported, whoever writes them", async () => {
  const client = await connect();
  const sftp = await sftpOf(client);
  for (const name of [".hidden.psv", "a.psv.tmp", "b.psv.filepart", "C.PSV.TMP"])
    await call((done) => sftp.writeFile(`Import/${name}`, feed("TMP"), done));
  await call((done) => sftp.writeFile("Import/last.psv", feed("LAST"), done));
  client.end();
  await imported("last.psv");
  const page = await bell.api("GET", "/feed-imports");
  assert.deepEqual(page.items.filter((row: Json) => /hidden|tmp|filepart/i.test(row.file)), []);
});

test("path tricks and links lead nowhere", async () => {
  const client = await connect();
  const sftp = await sftpOf(client);
  // ".." ends at the root: these are names inside it.
  for (const name of ["../inside1", "/../../inside2", "Import/../../../inside3"])
    await call((done) => sftp.writeFile(name, "x", done));
  for (const name of ["Import/x\u0000y", "Import/a:b", "Import/a\nb", "Import/" + "n".repeat(300), "Import/" + "d/".repeat(2500), "none/x"])
    await assert.rejects(call((done) => sftp.writeFile(name, "x", done)), name.slice(0, 40));
  await assert.rejects(call((done) => sftp.symlink("/etc/passwd", "Import/link", done)));
  await assert.rejects(call((done) => sftp.rmdir("Import", done)));
  await assert.rejects(call((done) => sftp.rename("Import", "Elsewhere", done)));
  await assert.rejects(call((done) => sftp.readFile("/etc/passwd", done)));
  client.end();
  const folder = path.join(bell.folderOf("engagement"), "sftp");
  assert.deepEqual(readdirSync(folder).sort(), ["Export", "Import", "Reports", "inside1", "inside2", "inside3"]);
  assert.ok(!readdirSync(path.dirname(folder)).some((name) => name.startsWith("inside") || name === "Elsewhere"));
});

// What is sent in place of SFTP messages ends the session; the server goes on.
test("huge, cut and senseless messages end the session and nothing else", async () => {
  for (const bytes of [
    Buffer.from([0xff, 0xff, 0xff, 0xff, 1]),                      // a message of 4 GB
    Buffer.from([0x00, 0x04, 0x00, 0x01, 1]),                      // one byte more than may be
    Buffer.from([0, 0, 0, 0]),                                     // an empty one
    Buffer.concat([Buffer.from([0, 0, 0, 5, 1, 0, 0, 0, 3]), randomBytes(4096)]),
  ]) {
    const client = await connect();
    const channel = await call<ClientChannel>((done) => client.subsys("sftp", done as never));
    const ended = new Promise<void>((closed) => client.on("close", () => closed()));
    channel.on("error", () => undefined);
    client.on("error", () => undefined);
    channel.write(bytes);
    if (bytes.length > 9) channel.end();
    const timer = setTimeout(() => assert.fail("the session was not ended"), 20_000);
    await ended;
    clearTimeout(timer);
  }
  const client = await connect();
  await call((done) => sftpOf(client).then((sftp) => sftp.readdir("/", done as never)));
  client.end();
});

test("an account's folder is its own when it asks for one, and gone accounts stay out", async () => {
  const supplier = await bell.api("POST", "/sftp-accounts", { name: "supplier", own_folder: true, quota_mb: 1 });
  const client = await connect({ password: supplier.password }, "supplier");
  const sftp = await sftpOf(client);
  await assert.rejects(call((done) => sftp.readFile("Import/last.psv", done)));
  await call((done) => sftp.writeFile("Import/own.psv", feed("OWN"), done));
  assert.equal((await imported("own.psv")).rows_read, 1);
  await assert.rejects(call((done) => sftp.writeFile("Export/big", randomBytes(2 << 20), done)));
  const closed = new Promise<void>((gone) => client.on("close", () => gone()));
  client.on("error", () => undefined);
  await bell.api("DELETE", "/sftp-accounts/supplier");
  await closed;
  await assert.rejects(connect({ password: supplier.password }, "supplier"));
  const list = await bell.api("GET", "/sftp-accounts");
  assert.deepEqual(list.items.map((row: Json) => row.name).filter((name: string) => name !== "commerce"), ["merchant"]);
});
