// The peer of bench/intake: a back-in-stock service of the usual make, Node's http with a pool of
// PostgreSQL connections. A request is checked and stored in one transaction: contact, request,
// timeline event, change-log row. Environment: PEER_DATABASE (a connection URL), PEER_PORT.
import { createServer } from "node:http";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.env.PEER_DATABASE, max: 32 });
const address = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

const known = { name: "known", text: "SELECT 1 FROM product WHERE sku = $1" };
const contact = {
  name: "contact",
  text: `INSERT INTO contact (email, first_name, last_name) VALUES ($1, $2, $3)
         ON CONFLICT (email) DO UPDATE SET email = excluded.email RETURNING id`,
};
const request = {
  name: "request",
  text: `INSERT INTO request (contact, sku, site, locale, consent_version, page_url) VALUES ($1, $2, 'default', $3, $4, $5)
         ON CONFLICT (contact, sku, site) WHERE status = 'Requested' DO NOTHING RETURNING id`,
};
const event = {
  name: "event",
  text: "INSERT INTO request_event (request, status, reason) VALUES ($1, 'Requested', 'asked in the shop')",
};
const change = { name: "change", text: "INSERT INTO change_log (object, row) VALUES ('request', $1)" };

async function store(fields) {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    if ((await client.query({ ...known, values: [fields.sku] })).rowCount === 0) throw Object.assign(new Error("sku"), { status: 422 });
    const found = await client.query({ ...contact, values: [fields.email.toLowerCase(), fields.first_name, fields.last_name] });
    const made = await client.query({ ...request,
      values: [found.rows[0].id, fields.sku, fields.locale, fields.consent_version, fields.page_url] });
    if (made.rowCount === 1) {
      await client.query({ ...event, values: [made.rows[0].id] });
      await client.query({ ...change, values: [made.rows[0].id] });
    }
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}

function answer(response, status, body) {
  const text = JSON.stringify(body);
  response.writeHead(status, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}

createServer((message, response) => {
  const pieces = [];
  message.on("data", (piece) => pieces.push(piece));
  message.on("end", async () => {
    try {
      const fields = JSON.parse(Buffer.concat(pieces).toString());
      if (typeof fields.sku !== "string" || typeof fields.email !== "string" || !address.test(fields.email))
        return answer(response, 422, { error: "invalid" });
      await store(fields);
      answer(response, 202, { status: "accepted" });
    } catch (error) {
      answer(response, error.status ?? 500, { error: String(error.message) });
    }
  });
}).listen(Number(process.env.PEER_PORT), "127.0.0.1", () => console.log("ready"));
