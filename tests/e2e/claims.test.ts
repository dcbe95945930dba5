// The claim that a message's link brings to the shop: verified by the examples of docs/claims.md as they stand there, and by the API.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { catalogXml, inventoryXml } from "./support/catalog.ts";
import { root, Stockbell } from "./support/stockbell.ts";

let bell: Stockbell;
let secret: string;
let issuer: string;
let token: string;

const page = readFileSync(path.join(root, "docs/claims.md"), "utf8");
const example = (language: string) => new RegExp("```" + language + "\n([^`]*(?:`[^`]+`[^`]*)*?)```").exec(page)![1];

before(async () => {
  bell = await Stockbell.start({ STOCKBELL_ENGAGEMENT_CLAIM_PARAMETER: "claim", STOCKBELL_ENGAGEMENT_INVITATION_MINUTES: "30" });
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1", size: "S1" }]));
  await bell.importFile("inventory", inventoryXml({ S1: 0 }));
  await bell.api("POST", "/feeds/catalog/run");
  await bell.ask("S1", "ada@example.com", { quantity: 2 });
  await bell.requestOf("ada@example.com", "Requested");
  await bell.setStock("S1", 5);
  await bell.requestOf("ada@example.com", "Sent");
  secret = (await bell.cli("claims", "secret")).trim();
  issuer = (await bell.api("GET", "/claims/secret")).issuer;
});
after(() => bell.stop());

test("the link of a message leads to the shop with a claim", async () => {
  const [mail] = (await bell.api("GET", "/mailbox")).items;
  const { text } = await bell.api("GET", `/mailbox/${mail.id}`);
  const link = new URL(/https?:\/\/\S+\/c\/\S+/.exec(text)![0]);
  const answer = await bell.call("GET", link.pathname);
  assert.equal(answer.status, 302);
  token = new URL(answer.headers.get("location")!).searchParams.get("claim")!;
  assert.ok(token);
});

test("the examples of the documentation read it, and refuse what was changed", async () => {
  const request = await bell.requestOf("ada@example.com", ["Sent", "Opened", "Clicked"]);
  const file = path.join(bell.directory, "claim.mjs");
  writeFileSync(file, example("js"));
  const { readClaim } = await import(pathToFileURL(file).href);
  const python = (candidate: string, now: number) => JSON.parse(execFileSync("python3", ["-c",
    `${example("python")}\nimport sys\nprint(json.dumps(read_claim(*sys.argv[1:4], float(sys.argv[4]))))`, candidate, secret, issuer, String(now)], { encoding: "utf8" }));
  const now = Date.now();
  for (const claim of [readClaim(token, secret, issuer, now), python(token, now / 1000)]) {
    assert.equal(claim.sub, request.id);
    assert.equal(claim.sku, "S1");
    assert.equal(claim.quantity, 2);
    assert.equal(claim.exp - claim.iat, 30 * 60);
  }
  const later = now + 31 * 60_000;
  const [head, body] = token.split(".");
  const none = Buffer.from('{"alg":"none"}').toString("base64url");
  const resigned = `${none}.${body}`;
  for (const wrong of [`${head}.${body}.AAAA`, `${head}.${body}`, "", `${none}.${body}.`, token.replace(head, none),
    `${resigned}.${createHmac("sha256", secret).update(resigned).digest("base64url")}`]) {
    assert.equal(readClaim(wrong, secret, issuer, now), null, wrong);
    assert.equal(python(wrong, now / 1000), null, wrong);
  }
  assert.equal(readClaim(token, secret, issuer, later), null);
  assert.equal(python(token, later / 1000), null);
  assert.equal(readClaim(token, secret, "https://other.example", now), null);
});

test("Stockbell itself says whether a claim holds, and no more once it was honoured", async () => {
  const verify = (candidate: string) => bell.api("POST", "/claims/verify", { token: candidate });
  const good = await verify(token);
  assert.equal(good.valid, true);
  assert.equal(good.sku, "S1");
  assert.equal((await verify(token.slice(0, -2))).reason, "forged");
  assert.equal((await verify("x")).reason, "malformed");
  assert.equal((await bell.call("POST", "/api/v1/claims/verify", { token })).status, 401);
  await bell.api("POST", "/purchases", { email: "ada@example.com", sku: "S1", order_id: "O1" });
  await bell.requestOf("ada@example.com", "Purchased");
  for (let tries = 0; (await verify(token)).valid && tries < 400; ++tries) await new Promise((later) => setTimeout(later, 25));
  assert.deepEqual(await verify(token).then(({ valid, reason }) => [valid, reason]), [false, "purchased"]);
});

test("journeys are listed, paused, resumed and stopped from the command line", async () => {
  assert.match(await bell.cli("journeys", "list"), /^back-in-stock\tactive\tversion 1\t1 entered\t0 on their way\t/);
  assert.match(await bell.cli("journeys", "pause", "back-in-stock"), /\tpaused\t/);
  assert.match(await bell.cli("journeys", "resume", "back-in-stock"), /\tactive\t/);
  await assert.rejects(bell.cli("journeys", "publish", "back-in-stock"), /draft/);
  await assert.rejects(bell.cli("journeys", "publish", "nothing"), /there is no journey nothing/);
  assert.match(await bell.cli("journeys", "stop", "back-in-stock"), /\tstopped\t/);
  await assert.rejects(bell.cli("journeys", "pause", "back-in-stock"), /journeys pause back-in-stock: /);
});
