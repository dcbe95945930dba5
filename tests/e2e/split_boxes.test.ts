// The boxes apart: the CRM's process goes and comes back, or answers slowly, while shoppers ask. The form answers at once, nothing
// is lost, and the order of asking is kept. Then each box is killed by itself on the way.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { type Json, Stockbell, until } from "./support/stockbell.ts";
import { type Role, split } from "./support/topology.ts";

let bell: Stockbell;
const sizes = ["S1", "S2", "S3", "S4", "S5", "S6"];
before(async () => {
  if (!split) return;
  bell = await Stockbell.start();
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", sizes.map((sku) => ({ sku, size: sku }))));
  await bell.importFile("inventory", inventoryXml(Object.fromEntries(sizes.map((sku) => [sku, 0]))));
});
after(() => bell?.stop());

const skip = !split && "needs STOCKBELL_TOPOLOGY=split";
const name = (kind: string, i: number) => `${kind}${String(i).padStart(3, "0")}@example.com`;

async function askInTurn(kind: string, from: number, to: number, sku: string): Promise<number> {
  let slowest = 0;
  for (let i = from; i < to; ++i) {
    const before = performance.now();
    assert.equal((await bell.ask(sku, name(kind, i))).status, 202);
    slowest = Math.max(slowest, performance.now() - before);
  }
  return slowest;
}

async function arrivedInOrder(kind: string, count: number, sku: string): Promise<void> {
  const rows = await until(`all ${count} are in the CRM`, async () => {
    const found = await bell.requests(`&sku=${sku}`);
    return found.length === count && found;
  }, 60_000);
  const asked = rows.sort((a, b) => Date.parse(a.requested_at) - Date.parse(b.requested_at)).map((row) => row.contact.email);
  assert.deepEqual(asked, Array.from({ length: count }, (_, i) => name(kind, i)));
}

test("the CRM stopped and started while requests come in: nothing lost, the order kept", { skip }, async () => {
  await askInTurn("gone", 0, 10, "S1");
  await bell.downBox("crm");
  await askInTurn("gone", 10, 40, "S1");
  await bell.upBox("crm");
  await askInTurn("gone", 40, 60, "S1");
  await arrivedInOrder("gone", 60, "S1");
});

test("the CRM killed and started while requests come in: nothing lost, none twice", { skip }, async () => {
  const asking = askInTurn("kill", 0, 80, "S2");
  for (let i = 0; i < 3; ++i) {
    await bell.downBox("crm", "SIGKILL");
    await bell.upBox("crm");
  }
  await asking;
  await arrivedInOrder("kill", 80, "S2");
});

test("the CRM hangs: the form answers at once all the same", { skip }, async () => {
  bell.signalBox("crm", "SIGSTOP");
  const slowest = await askInTurn("slow", 0, 20, "S3");
  bell.signalBox("crm", "SIGCONT");
  assert.ok(slowest < 1000, `${slowest} ms`);
  await arrivedInOrder("slow", 20, "S3");
});

for (const [role, sku] of [["connect", "S4"], ["engagement", "S5"], ["commerce", "S6"]] as [Role, string][])
  test(`${role} killed on the way: the message leaves once, and its status comes back`, { skip }, async () => {
    const email = `${role}@example.com`;
    assert.equal((await bell.ask(sku, email)).status, 202);
    await bell.requestOf(email, "Requested");
    await bell.downBox(role, "SIGKILL");
    if (role === "commerce") await bell.upBox(role);
    await bell.setStock(sku, 5);
    if (role !== "commerce") await bell.upBox(role);
    const sent = await bell.requestOf(email, "Sent", 60_000);
    const timeline = await bell.api("GET", `/requests/${sent.id}/timeline`);
    assert.deepEqual(timeline.map((event: Json) => event.status), ["Requested", "Queued", "Sent"]);
    const mails = (await bell.mailbox()).filter((mail) => JSON.stringify(mail).includes(email));
    assert.equal(mails.length, 1);
  });

test("check tries the servers elsewhere; a role without its neighbour does not start and says what is missing", { skip }, async () => {
  for (const role of ["commerce", "connect"] as Role[]) {
    const lines = await bell.cliOf(role, ["check"]);
    assert.match(lines, /^ok +crm server$/m);
    assert.match(lines, /^ok +engagement server$/m);
  }
  await assert.rejects(bell.cliOf("connect", ["check"], { STOCKBELL_CRM_CLIENT_SECRET: "wrong" }), (error: Json) => {
    assert.match(error.stdout, /^WRONG crm server: .*client/m);
    return true;
  });
  const alone = (roles: string) => ({ STOCKBELL_ROLES: roles, STOCKBELL_DATA_DIR: `${bell.directory}/alone`, STOCKBELL_CRM_URL: "", STOCKBELL_ENGAGEMENT_URL: "" });
  await assert.rejects(bell.cliOf("commerce", ["serve"], alone("commerce")), /crm\.url/);
  await assert.rejects(bell.cliOf("connect", ["serve"], alone("connect,crm")), /engagement\.url/);
  await assert.rejects(bell.cliOf("commerce", ["serve"], { ...alone("commerce,crm"), STOCKBELL_ENGAGEMENT_SFTP: "" }), /engagement\.sftp/);
});
