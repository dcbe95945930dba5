// npm run dev -- DIR [PORT]: shop and console on made-up data, to work on the pages without the server. DIR is what
// demo::write_feed and write_catalog wrote (catalogFeed.psv, pictures/). Same security headers as the real one. Not shipped.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

import mustache from "mustache";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const [directory, port = "8090"] = process.argv.slice(2);
const types = { ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html; charset=utf-8" };
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'";

const lines = readFileSync(join(directory, "catalogFeed.psv"), "utf8").trim().split("\n");
const names = lines[0].split("|");
const rows = lines.slice(1).map((line) => Object.fromEntries(line.split("|").map((text, i) => [names[i], text])));
const masters = rows.filter((r) => r.IsMaster === "Y" || r.ProductType === "product");
const skus = rows.filter((r) => r.SkuID);
const path = (url) => new URL(url).pathname;
const color = (r) => (/-([a-z]+)-\d\.svg$/.exec(r.ImageLink)?.[1] ?? "").replace(/^./, (c) => c.toUpperCase());
const size = (r) => r.SkuID.split("-")[2] ?? "";
const variantsOf = (m) => skus.filter((r) => r.MasterID === m.ProductID || r.SkuID === m.ProductID).map((r) => ({
  sku: r.SkuID, color: r.MasterID ? color(r) : "", size: size(r), text: [r.MasterID && color(r), size(r)].filter(Boolean).join(", ") || r.ProductName,
  price: `€ ${r.RegularPrice}`, picture_url: path(r.ImageLink), availability: +r.ATS ? "in_stock" : "out_of_stock", quantity: r.ATS, row: r }));
const card = (m) => {
  const all = variantsOf(m), colors = new Set(all.map((v) => v.color)).size;
  return { id: m.ProductID, name: m.ProductName, url: `/products/${m.ProductID}`, picture_url: path(m.ImageLink), price: `€ ${m.RegularPrice}`,
    colors_text: colors > 1 ? `${colors} colours` : "", sold_out: all.every((v) => v.availability !== "in_stock"), some_sold_out: all.some((v) => v.availability !== "in_stock") };
};
const render = (folder, name, context) => mustache.render(readFileSync(join(dist, folder, `${name}.mustache`), "utf8"),
  { site_title: "Harbour & Pine", lang: "en", home_url: "/", query: "", ...context }, (partial) => readFileSync(join(dist, folder, `${partial}.mustache`), "utf8"));

function listPage(query) {
  const found = masters.filter((m) => m.ProductName.toLowerCase().includes((query.get("q") ?? "").toLowerCase()));
  return render("store", "products", { page_title: "All products", query: query.get("q"), count_text: `1–24 of ${found.length} products`, sold_out_url: "/?stock=out",
    categories: ["All", "Bags", "Home", "Jackets", "Kitchen", "Knitwear", "Shirts", "Shoes", "Trousers"].map((name, i) => ({ name, url: `/?category=${name}`, current: !i })),
    has_products: found.length > 0, products: found.slice(0, 24).map(card), has_pages: true, page_text: "Page 1 of 13", next_url: "/?page=2" });
}

const textsOf = (language) => JSON.parse(readFileSync(join(dist, "widget/texts", `${language.slice(0, 2)}.json`), "utf8"));
const pageTextsOf = (locale) => {
  const t = JSON.parse(readFileSync(join(dist, "pages", `texts.${(locale || "en").slice(0, 2)}.json`), "utf8"));
  const [lead_before, lead_after] = t.received_lead.split("{item}");
  return { t, lang: (locale || "en").slice(0, 2), dir: t.dir, lead_before, lead_after };
};
const formOf = (locale) => ({ locale, dir: locale.startsWith("ar") ? "rtl" : "ltr", texts: textsOf(locale), page_token: "", widget_url: `/api/v1/widget.js?locale=${locale}` });
const settingsOf = (locale) => JSON.stringify({ site: "default", confirm: false, rings: ["in_stock"], ...formOf(locale) });

function productPage(id, query, extra = {}) {
  const m = masters.find((r) => r.ProductID === id);
  if (!m) return render("store", "not_found", { page_title: "Not found" });
  const all = variantsOf(m);
  const wanted = (v) => (!query.get("color") || v.color === query.get("color")) && (!query.get("size") || v.size === query.get("size"));
  const v = all.find(wanted) ?? all[0];
  const left = (test) => all.some((o) => test(o) && o.availability === "in_stock");
  const colors = [...new Set(all.map((o) => o.color))].filter(Boolean), sizes = [...new Set(all.map((o) => o.size))].filter(Boolean);
  return render("store", "product", { page_title: m.ProductName, product_id: id, product_name: m.ProductName, brand: "Harbour & Pine", category: "Knitwear", category_url: "/?category=knitwear",
    short_description: m.Description.split(". ")[1] + ".", description: m.Description, product_url: `/products/${id}`, picture_url: v.picture_url, sku: v.sku, variant_text: v.text, price: v.price,
    variant_exists: true, available: v.availability === "in_stock", few_left: v.quantity > 0 && v.quantity < 6, availability_text: +v.quantity ? (v.quantity < 6 ? `Only ${v.quantity} left` : "In stock") : "Sold out",
    has_colors: colors.length > 0, colors: colors.map((value) => ({ value, picture_url: all.find((o) => o.color === value).picture_url, selected: value === v.color, sold_out: !left((o) => o.color === value) })),
    has_sizes: sizes.length > 0, sizes: sizes.map((value) => ({ value, selected: value === v.size, sold_out: !left((o) => o.color === v.color && o.size === value) })),
    variants: all, page_url: `http://127.0.0.1:${port}/products/${id}`, return_url: `/products/${id}`, site: "default", availability: v.availability, item_text: `${m.ProductName} (${v.text})`,
    ...formOf(query.get("locale") ?? "en"), has_related: true, related: masters.slice(1, 5).map(card), ...extra });
}

const ago = (minutes) => new Date(Date.now() - minutes * 60000).toISOString();
const statuses = ["Clicked", "Sent", "Opened", "Requested", "Queued", "Sent", "Requested", "Cancelled", "Requested", "Undeliverable"];
const gone = skus.filter((r) => !+r.ATS);
const requests = statuses.map((status, i) => ({ id: `a0B0000000000${i}AAA`, status, sku: gone[i % 4].SkuID, site: "default", locale: "en-GB", quantity: 1,
  contact: { id: "003", email: `shopper.${i}@example.com`, first_name: i % 2 ? "Ada" : "", last_name: i % 2 ? "Lovelace" : "Unknown" },
  consent: { text_version: "2026-01", given_at: ago(i * 47 + 9), page_url: `http://127.0.0.1:${port}/products/P1001?color=Lilac&size=M` },
  requested_at: ago(i * 47 + 9), queued_at: ago(5), sent_at: ["Clicked", "Sent", "Opened"].includes(status) ? ago(4) : null, opened_at: null, clicked_at: null }));
let signedIn = false;

function mailHtml() {
  return render("messages", "back_in_stock.html", { product_name: "Harbour Lambswool Crew Sweater", variant_text: "Lilac, M", price: "€ 85.00", picture_url: "/pictures/crew-sweater-lilac-2.svg", few_left: true,
    shop_name: "Harbour & Pine", shop_url: `http://127.0.0.1:${port}/`, locale: "en-GB", first_name: "Ada", product_url: "/c/x", unsubscribe_url: "/u/x", requested_on: "23 November 2026" });
}
const mail = { id: "1", message_id: "m1@example.com", sender: "Harbour & Pine <shop@example.com>", recipient: "ada@example.com", subject: "Harbour Lambswool Crew Sweater (Lilac, M) is back", received_at: ago(3) };
const file = (extra) => ({ file_name: "inventory.xml", state: "finished", rows_read: 3224, rows_changed: 41, rows_refused: 0, error: "", created_at: ago(20), finished_at: ago(19), ...extra });
const page = (items) => ({ items, next_cursor: null });

// Two waves of a restock: the second waited by what became of the first.
const waves = (i) => [
  { number: 1, decided_at: ago(i * 31 + 2), rule: "units", units: 12 + i, factor: 1.5, open_units: 0, invited: 9, invited_units: 9, interval: null,
    classes: [{ name: "vip", share_percent: 30, invited: 3 }, { name: "standard", share_percent: 0, invited: 6 }] },
  { number: 2, decided_at: ago(i * 31), rule: "units", units: 11 + i, factor: 1.5, open_units: 6, invited: 4, invited_units: 4,
    interval: { seconds: 3600, sent: 40, opened: 20, clicked: 14, purchased: 12 }, classes: [{ name: "vip", share_percent: 30, invited: 1 }, { name: "standard", share_percent: 0, invited: 3 }] },
];

// One journey with a draft in the making: saved, checked for its steps alone, published, paused, resumed and stopped as by the API.
const journey = {
  key: "back-in-stock", status: "active", version: 1, changed_at: ago(900), entered: 42, running: 3,
  versions: [{ version: 1, state: "published", saved_at: ago(901), published_at: ago(900), definition: {
    key: "back-in-stock", name: "Back in stock", start: "recheck", steps: {
      recheck: { type: "recheck_stock", next: "email" }, email: { type: "email", template: "back_in_stock", next: "sent" },
      sent: { type: "update_object", status: "Sent", next: "wait" }, wait: { type: "wait", duration: 2, unit: "days", next: "" } } } }],
};
const statusOfJourney = () => ({ key: journey.key, status: journey.status, version: journey.version, changed_at: journey.changed_at });
const draftOfJourney = () => journey.versions.find((one) => one.state === "draft");
const problemsOf = (definition) => (definition.steps?.[definition.start] ? [] : [{ path: "start", problem: `there is no ${definition.start}` }]);
const countsOf = () => [["@entered", 42, 0], ["recheck", 42, 0], ["email", 41, 1], ["sent", 40, 0], ["wait", 40, 2], ["@done", 38, 0], ["@sold_out", 1, 0]]
  .map(([step, entered, present]) => ({ version: 1, step, entered, present }));
const refused = (detail) => ({ problem: 409, title: "Conflict", detail });
function change(what) {
  const draft = draftOfJourney();
  if (what === "publish") {
    if (!draft) return refused("there is no draft to publish");
    if (problemsOf(draft.definition).length) return { problem: 422, title: "Unprocessable", detail: problemsOf(draft.definition)[0].problem };
    for (const one of journey.versions) one.state = "superseded";
    Object.assign(draft, { state: "published", published_at: ago(0) });
    journey.version = draft.version;
  } else if (journey.status === "stopped" || (what === "resume" && journey.status === "unpublished")) return refused(`the journey is ${journey.status}`);
  Object.assign(journey, { status: { publish: "active", pause: "paused", resume: "active", stop: "stopped" }[what], changed_at: ago(0) });
  return statusOfJourney();
}
function saveDraft(definition) {
  let draft = draftOfJourney();
  if (!draft) journey.versions.unshift((draft = { version: journey.version + 1, state: "draft", published_at: null }));
  Object.assign(draft, { definition, saved_at: ago(0) });
  return { key: journey.key, version: draft.version, state: "draft", problems: problemsOf(definition) };
}

const routes = [
  ["GET /api/v1/journeys", () => ({ items: [{ ...statusOfJourney(), name: "Back in stock", draft: !!draftOfJourney(), entered: journey.entered, running: journey.running }] })],
  ["GET /api/v1/journeys/schema", () => JSON.parse(readFileSync(new URL("../../docs/journey.schema.json", import.meta.url), "utf8"))],
  ["POST /api/v1/journeys", (_, body) => saveDraft(body)],
  ["POST /api/v1/journeys/validate", (_, body) => ({ valid: !problemsOf(body).length, problems: problemsOf(body) })],
  ["GET /api/v1/journeys/:key/counts", () => ({ items: countsOf() })],
  ["GET /api/v1/journeys/:key", () => journey],
  ...["publish", "pause", "resume", "stop"].map((what) => [`POST /api/v1/journeys/:key/${what}`, () => change(what)]),
  ["GET /api/v1/session", () => (signedIn ? { email: "admin@example.com", role: "admin" } : 401)],
  ["POST /api/v1/session", (_, body) => { signedIn = body.password === "bell"; return signedIn ? 204 : 401; }],
  ["DELETE /api/v1/session", () => { signedIn = false; return 204; }],
  ["GET /api/v1/funnel", () => ({ from: "2026-11-10", to: "2026-11-23", totals: { Requested: 31, Queued: 4, Sent: 55, Opened: 22, Clicked: 12, Undeliverable: 1, Cancelled: 2 },
    days: Array.from({ length: 14 }, (_, i) => ({ day: new Date(Date.now() - (13 - i) * 86400000).toISOString().slice(0, 10), requested: 40 + ((i * 37) % 50), sent: 20 + ((i * 23) % 40), opened: 10 + ((i * 13) % 20), clicked: 3 + ((i * 7) % 10) })) })],
  ["GET /api/v1/demand", () => gone.slice(0, 8).map((r, i) => ({ sku: r.SkuID, waiting: 40 - 4 * i, oldest_at: ago(300 * i + 70) }))],
  ["GET /api/v1/requests", (q) => page(requests.filter((r) => (!q.get("status") || r.status === q.get("status")) && r.sku.includes(q.get("sku") ?? "") && r.contact.email.includes(q.get("email") ?? "")))],
  ["GET /api/v1/requests/:id/timeline", () => [{ at: ago(60), status: "Requested", reason: "form received", source: "commerce" }, { at: ago(5), status: "Queued", reason: "restock of 12 units", source: "engagement" }, { at: ago(4), status: "Sent", reason: "250 2.0.0 queued", source: "engagement" }]],
  ["GET /api/v1/requests/:id", (_, __, id) => requests.find((r) => r.id === id) ?? 404],
  ["POST /api/v1/requests/:id/cancel", (_, __, id) => { requests.find((r) => r.id === id).status = "Cancelled"; return 204; }],
  ["GET /api/v1/products", (q) => page(skus.filter((r) => (r.ProductName + r.SkuID).toLowerCase().includes((q.get("search") ?? "").toLowerCase()) && (!q.get("availability") || (q.get("availability") === "in_stock") === +r.ATS > 0)).slice(0, 50)
    .map((r) => ({ sku: r.SkuID, name: r.ProductName, options: [color(r), size(r)].filter(Boolean).join(", "), price: r.RegularPrice, currency: "EUR", picture_url: path(r.ImageLink), ats: +r.ATS, in_stock: +r.ATS > 0 })))],
  ["PUT /api/v1/inventory/:sku", (_, body, sku) => { const row = skus.find((r) => r.SkuID === sku); row.ATS = String(body.quantity); return { sku, quantity: body.quantity }; }],
  ["GET /api/v1/availability", (q) => ({ items: q.getAll("sku").map((sku) => { const r = skus.find((s) => s.SkuID === sku); return { sku, availability: +r.ATS ? "in_stock" : "out_of_stock", quantity: +r.ATS }; }) })],
  ["GET /api/v1/restocks/held", () => page(gone.slice(6, 8).map((r, i) => ({ id: `${i}`, sku: r.SkuID, units: 2 + i, source: "live", back_since: ago(i + 1), rule: "minimum_quantity", reason: `back with ${2 + i} units, the rule wants 5`, held_until: null })))],
  ["GET /api/v1/restocks", () => page(gone.slice(0, 6).map((r, i) => ({ id: `${i}`, sku: r.SkuID, quantity: 12 + i, source: i % 2 ? "feed" : "live", opened_at: ago(i * 31 + 2), closed_at: i > 3 ? ago(i) : null, entered: 9 - i, waves: i % 3 ? [] : waves(i) })))],
  ["GET /api/v1/deliveries", () => page([{ id: "1", request: requests[0].id, sku: gone[0].SkuID, state: "sent", message_id: "m", queued_at: ago(5), attempts: 1, next_attempt_at: null, sent_at: ago(4), opened_at: ago(2), clicked_at: null, smtp_code: 250, detail: "2.0.0 Ok: queued as 4F2" },
    { id: "2", request: requests[1].id, sku: gone[1].SkuID, state: "queued", message_id: "m", queued_at: ago(5), attempts: 2, next_attempt_at: ago(-3), sent_at: null, opened_at: null, clicked_at: null, smtp_code: 451, detail: "4.3.0 try again later" }])],
  ["GET /api/v1/imports", () => page([file({ id: "1", kind: "inventory", rows_refused: 3 }), file({ id: "2", kind: "catalog", file_name: "catalog.xml", state: "failed", error: "line 12: the element product is not closed" })])],
  ["GET /api/v1/imports/:id", () => file({ id: "1", errors: [{ line: 17, reason: "allocation-invalid", message: "the allocation is a number of 0 or more, not \"ten\"" }, { line: 230, reason: "sku-unknown", message: "no product has this SKU" }] })],
  ["GET /api/v1/feed-imports", () => page([{ ...file({ id: "7" }), file_name: undefined, name: "default_catalogFeed.psv", arrived_at: ago(14), reason: "" }])],
  ["GET /api/v1/feed-imports/:id/errors", () => page([])],
  ["GET /api/v1/feeds/catalog/targets", () => page([{ key: "engagement", kind: "engagement", site: "default", place: "Engagement", schedule: "0 3 * * *", incremental_schedule: null, time_zone: "UTC", next_full_at: ago(-60), next_incremental_at: null, last_run: null }])],
  ["GET /api/v1/feeds/catalog/runs", () => page([{ id: "1", target: "engagement", kind: "full", state: "done", trigger: "schedule", attempts: 1, rows: 3510, rows_incomplete: 0, rows_removed: 0, bytes: 1842113, sha256: "", note: "", file_name: "default_catalogFeed.psv", created_at: ago(15), started_at: ago(15), finished_at: ago(15), duration_ms: 812, error: "" }])],
  ["POST /api/v1/feeds/catalog/run", () => ({ id: "2", state: "queued" })],
  ["GET /api/v1/mailbox", () => page([mail])],
  ["GET /api/v1/mailbox/:id", () => ({ ...mail, headers: [{ name: "Subject", value: mail.subject }, { name: "List-Unsubscribe", value: "<http://shop.example/u/x>" }], html: mailHtml(), text: "It is back." })],
  ["POST /api/v1/notification-requests", (_, body) => (/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(body.email ?? "") ? 202 : { problem: 422, title: "Unprocessable", detail: "This does not look like an e-mail address.", field: "email" })],
].map(([key, handler]) => {
  const [method, pattern] = key.split(" ");
  return { method, pattern: new RegExp(`^${pattern.replace(/:\w+/, "([^/]+)")}$`), handler };
});

function asset(pathname) {
  if (pathname === "/console/") return join(dist, "console/index.html");
  if (pathname.startsWith("/console/")) return join(dist, normalize(pathname));
  if (pathname.startsWith("/assets/")) return join(dist, "store", normalize(pathname));
  if (pathname.startsWith("/pictures/")) return join(directory, normalize(pathname));
  return null;
}

function answer(request, url, text) {
  const html = (status, body) => ({ status, type: types[".html"], body });
  const isForm = request.headers["content-type"]?.startsWith("application/x-www-form");
  const form = isForm ? new URLSearchParams(text) : null;
  if (form && url.pathname === "/api/v1/notification-requests") {
    const product = form.get("sku").split("-")[0];
    if (form.get("email").includes("@")) return html(202, render("pages", "request_received", { ...pageTextsOf(form.get("locale")), product_name: masters.find((m) => m.ProductID === product).ProductName, variant_text: "Lilac, M", picture_url: "/pictures/crew-sweater-lilac-2.svg", return_url: form.get("return_url") }));
    return html(422, productPage(product, new URLSearchParams(), { available: false, email: form.get("email"), email_error: "This does not look like an e-mail address." }));
  }
  if (url.pathname === "/cart") return html(200, render("store", "cart", { ok: true, page_title: "Cart", product_name: "Crew Sweater", variant_text: "Lilac, M", price: "€ 85.00", picture_url: "/pictures/crew-sweater-lilac-2.svg", product_url: "/" }));
  if (url.pathname === "/u/x") return html(200, render("pages", request.method === "GET" ? "unsubscribe" : "unsubscribed", { action: "/u/x", product_name: "Harbour Lambswool Crew Sweater", email_masked: "a…@example.com", scope_item: true }));
  if (url.pathname === "/") return html(200, listPage(url.searchParams));
  if (url.pathname.startsWith("/products/")) return html(200, productPage(url.pathname.slice(10), url.searchParams));
  const locale = url.searchParams.get("locale") ?? "en";
  if (url.pathname === "/api/v1/widget-settings") return { status: 200, type: "application/json", body: settingsOf(locale) };
  if (url.pathname === "/api/v1/widget.js")
    return { status: 200, type: types[".js"], body: readFileSync(join(dist, "widget/widget.js"), "utf8").replace("STOCKBELL_SETTINGS", () => settingsOf(locale)) };
  const file = asset(url.pathname);
  if (file) return { status: 200, type: types[extname(file)] ?? "application/octet-stream", body: readFileSync(file) };
  const route = routes.find((r) => r.method === request.method && r.pattern.test(url.pathname));
  if (!route) return html(404, render("store", "not_found", { page_title: "Not found" }));
  const result = route.handler(url.searchParams, text ? JSON.parse(text) : null, decodeURIComponent(route.pattern.exec(url.pathname)[1] ?? ""));
  if (typeof result === "number") return { status: result, type: "application/problem+json", body: result === 204 ? "" : JSON.stringify({ title: "no" }) };
  return { status: result.problem ?? 200, type: "application/json", body: JSON.stringify(result) };
}

createServer(async (request, response) => {
  let text = "";
  for await (const chunk of request) text += chunk;
  try {
    const { status, type, body } = answer(request, new URL(request.url, "http://x"), text);
    response.writeHead(status, { "Content-Type": type, "Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff" }).end(body);
  } catch (error) {
    response.writeHead(500, { "Content-Type": "text/plain" }).end(String(error.stack));
  }
}).listen(+port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}/ and /console/ (any address, password "bell")`));
