// docs/openapi.yaml as the tests need it: operations by path, and answers held against their schemas. Stricter than the
// document itself: a field that it does not name fails.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { type Json, root } from "./stockbell.ts";

export interface Operation {
  method: string;
  pattern: string;
  spec: Json;
}

export const document: Json = parse(readFileSync(path.join(root, "docs/openapi.yaml"), "utf8"));

function target(reference: string): Json {
  assert.match(reference, /^#\//);
  const found = reference.slice(2).split("/").reduce((at: Json, part) => at?.[part], document);
  assert.ok(found !== undefined, `${reference} leads nowhere`);
  return found;
}

export function follow(node: Json): Json {
  return node?.$ref ? follow(target(node.$ref)) : node;
}

// A schema with every $ref and allOf written out, and closed objects.
export function plain(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(plain);
  if (schema === null || typeof schema !== "object") return schema;
  if (schema.$ref) return plain(target(schema.$ref));
  const { allOf = [], ...own } = schema;
  const out: Json = {};
  for (const part of [...allOf.map(plain), Object.fromEntries(Object.entries(own).map(([key, value]) => [key, plain(value)]))])
    for (const [key, value] of Object.entries<Json>(part))
      out[key] = key === "required" ? [...(out.required ?? []), ...value] : key === "properties" ? { ...out.properties, ...value } : value;
  if (out.type === "object" && out.properties) out.additionalProperties = false;
  return out;
}

export const operations: Operation[] = Object.entries<Json>(document.paths).flatMap(([pattern, item]) =>
  Object.entries<Json>(item).map(([method, spec]) => ({ method: method.toUpperCase(), pattern, spec })));

// Does a concrete path (or another pattern) fit a pattern? {file} and {rest} take several segments.
export function fits(pattern: string, where: string): boolean {
  const body = pattern.replace(/[.]/g, "\\.").replace(/\{(file|rest)\}/g, ".+").replace(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^${body}$`).test(where);
}

export function operationOf(method: string, where: string): Operation {
  const all = operations.filter((one) => one.method === method && fits(one.pattern, where.split("?")[0]));
  const found = all.find((one) => !one.pattern.includes("{")) ?? all.at(-1);
  assert.ok(found, `${method} ${where} is not documented`);
  return found;
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
ajv.addFormat("date", /^\d{4}-\d\d-\d\d$/);
const compiled = new Map<string, ValidateFunction>();

// The answer has a documented status, media type and shape.
export function conforms(method: string, where: string, answer: { status: number; headers: Headers; text: string }): void {
  const { pattern, spec } = operationOf(method, where);
  const what = `${method} ${pattern} ${answer.status}`;
  const response = follow(spec.responses[answer.status]);
  assert.ok(response, `${what} is not a documented status: ${answer.text.slice(0, 300)}`);
  if (!response.content || answer.text === "") return;
  const type = (answer.headers.get("content-type") ?? "").split(";")[0];
  const media = response.content[type] ?? response.content["*/*"];
  assert.ok(media, `${what}: ${type} is not documented`);
  const key = `${what} ${type}`;
  if (!compiled.has(key)) compiled.set(key, ajv.compile(plain(media.schema)));
  const validate = compiled.get(key)!;
  const value = type.endsWith("json") ? JSON.parse(answer.text) : answer.text;
  assert.ok(validate(value), `${what}: ${ajv.errorsText(validate.errors)}\n${answer.text.slice(0, 1000)}`);
}

// "GET /api/v1/requests/{id}" for every route that the sources add to the router. A route is a pattern and the method written
// closest before it; where none stands before it in the function, all methods after it.
export function sourceRoutes(): Set<string> {
  const routes = new Set<string>();
  const folder = path.join(root, "src");
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".cc") || name.endsWith("_test.cc") || name.startsWith("platform/")) continue;
    if (/^(access\/oauth|crm\/(rest|bulk)|engagement\/(rest|soap))\//.test(name)) continue;  // Salesforce's surfaces: docs/compatibility.md
    if (/^commerce\/(stock_api\/(oc|sc)|import_jobs\/webdav_)/.test(name)) continue;  // B2C Commerce's
    const text = readFileSync(path.join(folder, name), "utf8");
    for (const [, stem] of text.matchAll(/\.pattern = "([^"]+)" \+ std::string\(to_text\(kind\)\)/g))
      for (const kind of ["catalog", "inventory"]) routes.add(`POST ${stem}${kind}`);
    const adds = [...text.matchAll(/add_\w*routes\(http::Router& /g)].at(-1);
    if (!adds) continue;
    const literals = [...text.slice(adds.index).matchAll(/(get\()?"(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|\/[^"\s]*)"/g)];
    literals.forEach(([, get, literal], at) => {
      if (!literal.startsWith("/") || literal.startsWith("/s/-/dw/")) return;
      const before = literals.slice(0, at).map((one) => one[2]).filter((one) => !one.startsWith("/")).at(-1);
      const after = literals.slice(at).map((one) => one[2]).filter((one) => !one.startsWith("/"));
      for (const method of get ? ["GET"] : before ? [before] : after) routes.add(`${method} ${literal.replace("*}", "}")}`);
    });
  }
  return routes;
}
