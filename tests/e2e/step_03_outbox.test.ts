// Step 3: while the CRM is away a request waits durably in commerce's outbox; when it is back the request goes on.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { catalogXml } from "./support/catalog.ts";
import { Stockbell } from "./support/stockbell.ts";

let bell: Stockbell;
before(async () => {
  // Nobody listens there: commerce alone, and its neighbours away.
  bell = await Stockbell.start({
    STOCKBELL_CRM_URL: "http://127.0.0.1:9", STOCKBELL_CRM_CLIENT_ID: "shop", STOCKBELL_CRM_CLIENT_SECRET: "none",
    STOCKBELL_ENGAGEMENT_SFTP: "sftp://shop:none@127.0.0.1:9/Import?host_key=SHA256:none",
  }, ["--roles", "commerce"]);
  await bell.importFile("catalog", catalogXml("M1", "Wool Scarf", [{ sku: "S1" }]));
});
after(() => bell.stop());

test("requests made while the CRM is away arrive when it is back, through a kill", async () => {
  for (let i = 0; i < 20; ++i) assert.equal((await bell.ask("S1", `patient${i}@example.com`)).status, 202);
  assert.equal((await bell.call("GET", "/api/v1/requests", undefined, { Authorization: `Bearer ${bell.key}` })).status, 404,
    "there is no CRM in this process");
  await bell.down("SIGKILL");
  for (const name of Object.keys(bell.env)) delete bell.env[name];
  await bell.up();
  for (let i = 0; i < 20; ++i) await bell.requestOf(`patient${i}@example.com`, "Requested");
  assert.equal((await bell.requests()).length, 20);
});
