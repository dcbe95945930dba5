// Salesforce's own clients sign in by each flow, with nothing patched: jsforce (Node) and simple-salesforce (Python).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Connection } from "jsforce";
import { type Client, jwtBearer, Salesforce, signed, type User } from "./support/salesforce.ts";
import type { Json } from "./support/stockbell.ts";

let salesforce: Salesforce;
let desk: Client, robot: Client;
let ann: User;
let keyFile: string;

before(async () => {
  salesforce = await Salesforce.start();
  desk = await salesforce.client("admin", "desk");
  const signer = salesforce.signer("robot");
  keyFile = signer.keyFile;
  const made = await salesforce.bell.cli("keys", "create", "--role", "admin", "--name", "robot", "--certificate", signer.certificateFile);
  robot = { id: "robot", secret: made.trim() };
  ann = await salesforce.user("ann@example.com");
});
after(() => salesforce.stop());

// Who the connection's token is, as the identity endpoint tells; its ids are those of the login.
async function identity(connection: Connection): Promise<string> {
  const who = await connection.identity();
  assert.equal(who.user_id, connection.userInfo!.id);
  assert.equal(who.organization_id, connection.userInfo!.organizationId);
  assert.match(who.user_id, /^005\w{15}$/);
  assert.match(who.organization_id, /^00D\w{15}$/);
  assert.equal(connection.instanceUrl, salesforce.url);
  return who.username;
}

// The role that our own API sees behind a token.
async function reach(token: string): Promise<"admin" | "readonly" | "none"> {
  const headers = { Authorization: `Bearer ${token}` };
  if ((await salesforce.bell.call("GET", "/api/v1/keys", undefined, headers)).status === 200) return "admin";
  return (await salesforce.bell.call("GET", "/api/v1/products", undefined, headers)).status === 200 ? "readonly" : "none";
}

const assertion = (more: Json = {}) =>
  signed({ iss: robot.id, sub: ann.email, aud: "https://login.salesforce.com", exp: Math.floor(Date.now() / 1000) + 120, ...more }, keyFile);

test("jsforce: SOAP, as a user and as a key, and out again", async () => {
  const connection = salesforce.connection();
  await connection.login(ann.email, ann.password);
  assert.equal(await identity(connection), ann.email);
  const token = connection.accessToken!;
  assert.equal(await reach(token), "admin");
  await connection.logout();
  assert.equal(await reach(token), "none");
  const asKey = salesforce.connection(undefined, "50.0");
  await asKey.login(desk.id, desk.secret);
  assert.equal(await identity(asKey), "desk");
  await assert.rejects(salesforce.connection().login(ann.email, "wrong"),
    { message: "INVALID_LOGIN: Invalid username, password, security token; or user locked out." });
});

test("jsforce: client credentials, scopes, and revocation", async () => {
  const connection = await salesforce.connect(desk);
  assert.equal(await identity(connection), "desk");
  const token = connection.accessToken!;
  assert.equal(await reach(token), "admin");
  const narrow = salesforce.connection(desk);
  await narrow.authorize({ grant_type: "client_credentials", scope: "readonly" });
  assert.equal(await reach(narrow.accessToken!), "readonly");
  await connection.logoutByOAuth2();
  assert.equal(await reach(token), "none");
  await assert.rejects(salesforce.connect({ id: "nobody", secret: "x" }), { name: "invalid_client_id", message: "client identifier invalid" });
  await assert.rejects(salesforce.connect({ id: "desk", secret: "x" }), { name: "invalid_client" });
});

test("jsforce: user and password, and a refresh token", async () => {
  const connection = salesforce.connection(desk);
  await connection.login(ann.email, ann.password);
  assert.equal(await identity(connection), ann.email);
  await assert.rejects(salesforce.connection(desk).login(ann.email, "wrong"), { name: "invalid_grant", message: "authentication failure" });
  const lasting = salesforce.connection(desk);
  await lasting.authorize({ grant_type: "password", username: ann.email, password: ann.password, scope: "api refresh_token" });
  const first = lasting.accessToken!;
  await salesforce.bell.call("GET", `/services/oauth2/revoke?token=${encodeURIComponent(first)}`);
  const refreshed = await lasting.oauth2.refreshToken(lasting.refreshToken!);
  assert.notEqual(refreshed.access_token, first);
  assert.equal(await reach(refreshed.access_token), "admin");
  await lasting.oauth2.revokeToken(lasting.refreshToken!);
  assert.equal(await reach(refreshed.access_token), "none");
  await assert.rejects(lasting.oauth2.refreshToken(lasting.refreshToken!), { name: "invalid_grant" });
});

test("jsforce: a signed assertion, once", async () => {
  const connection = salesforce.connection(robot);
  const once = assertion();
  await connection.authorize({ grant_type: jwtBearer, assertion: once });
  assert.equal(await identity(connection), ann.email);
  await assert.rejects(salesforce.connection(robot).authorize({ grant_type: jwtBearer, assertion: once }), { name: "invalid_grant" });
  const late = assertion({ exp: Math.floor(Date.now() / 1000) - 60 });
  await assert.rejects(salesforce.connection(robot).authorize({ grant_type: jwtBearer, assertion: late }), { name: "invalid_grant" });
});

test("simple-salesforce: SOAP, client credentials, password, assertion", async () => {
  const ways: [string, Json, string][] = [
    ["SOAP with a security token", { username: ann.email, password: ann.password, security_token: "" }, ann.email],
    ["SOAP as a key", { username: desk.id, password: desk.secret, security_token: "" }, "desk"],
    ["SOAP with an organization", { username: ann.email, password: ann.password, organizationId: "00D000000000001" }, ann.email],
    ["client credentials", { consumer_key: desk.id, consumer_secret: desk.secret }, "desk"],
    ["password", { username: ann.email, password: ann.password, consumer_key: desk.id, consumer_secret: desk.secret }, ann.email],
    ["signed assertion", { username: ann.email, consumer_key: robot.id, privatekey_file: keyFile }, ann.email],
  ];
  const all: Json[] = await salesforce.python("login.py", { ways: ways.map(([, how]) => how) });
  for (const [at, [name, , username]] of ways.entries()) {
    const seen = all[at];
    assert.equal(seen.who?.preferred_username, username, `${name}: ${JSON.stringify(seen)}`);
    assert.equal(seen.instance, `127.0.0.1:${salesforce.tlsPort}`, name);
    assert.equal(await reach(seen.session_id), "admin", name);
  }
});

test("simple-salesforce: what it is told when something is wrong", async () => {
  const wrong: [Json, string, RegExp][] = [
    [{ username: ann.email, password: "wrong", security_token: "" }, "INVALID_LOGIN", /^Invalid username, password, security token/],
    [{ username: ann.email, password: ann.password, security_token: "TOKEN" }, "INVALID_LOGIN", /user locked out/],
    [{ consumer_key: "nobody", consumer_secret: "x" }, "invalid_client_id", /^client identifier invalid$/],
    [{ username: ann.email, password: "wrong", consumer_key: desk.id, consumer_secret: desk.secret }, "invalid_grant", /^authentication failure$/],
  ];
  const all: Json[] = await salesforce.python("login.py", { ways: wrong.map(([how]) => how) });
  for (const [at, [, code, message]] of wrong.entries()) {
    assert.equal(all[at].error, "SalesforceAuthenticationFailed", JSON.stringify(all[at]));
    assert.equal(all[at].code, code);
    assert.match(all[at].message, message);
  }
});

test("a revoked key signs nobody in, and its tokens end", async () => {
  const gone = await salesforce.client("readonly", "gone", salesforce.signer("gone").certificate);
  const connection = await salesforce.connect(gone);
  assert.equal(await reach(connection.accessToken!), "readonly");
  assert.match(await salesforce.bell.cli("keys", "list"), /\treadonly\tgone\t.*\tcertificate$/m);
  await salesforce.bell.cli("keys", "revoke", "gone");
  assert.equal(await reach(connection.accessToken!), "none");
  await assert.rejects(salesforce.connect(gone), { name: "invalid_client_id" });
  assert.ok(!(await salesforce.bell.cli("keys", "list")).includes("gone"));
});
