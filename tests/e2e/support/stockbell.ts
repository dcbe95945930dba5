// A real Stockbell process for a test: own data folder, own free ports, started, killed and started again at will.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");
export const binary = process.env.STOCKBELL_BINARY ?? path.join(root, "build/release/stockbell");
const run = promisify(execFile);

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as { port: number };
  await new Promise((closed) => server.close(closed));
  return port;
}

// Waits until `probe` gives something truthy; fails with `what` after `limitMs`.
export async function until<T>(what: string, probe: () => Promise<T> | T, limitMs = 20_000): Promise<Exclude<T, false | null | undefined | 0 | "">> {
  const deadline = Date.now() + limitMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value) return value as Exclude<T, false | null | undefined | 0 | "">;
      last = value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`waited ${limitMs} ms in vain until ${what}; last: ${String(last)}`);
    await new Promise((later) => setTimeout(later, 25));
  }
}

export type Json = any;

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: Json;
}

export interface Request_ {
  id: string;
  status: string;
  sku: string;
  contact: { id: string; email: string; first_name: string; last_name: string };
  [key: string]: Json;
}

export class Stockbell {
  readonly directory = mkdtempSync(path.join(tmpdir(), "stockbell-e2e-"));
  readonly dataDir = path.join(this.directory, "data");
  process: ChildProcess | undefined;
  log = "";
  key = "";
  private constructor(readonly port: number, readonly sftpPort: number, readonly env: Record<string, string>) {}

  // Starts with an empty store. `env` adds STOCKBELL_… settings.
  static async start(env: Record<string, string> = {}, args: string[] = []): Promise<Stockbell> {
    const bell = new Stockbell(await freePort(), await freePort(), env);
    await bell.up(args);
    bell.key = (await bell.cli("keys", "create", "--role", "admin", "--name", "e2e")).trim().split("\n").at(-1)!;
    return bell;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  environment(): Record<string, string> {
    return {
      PATH: process.env.PATH!, HOME: process.env.HOME ?? "/tmp",
      STOCKBELL_DATA_DIR: this.dataDir, STOCKBELL_PUBLIC_URL: this.url,
      STOCKBELL_HTTP_LISTEN: `127.0.0.1:${this.port}`, STOCKBELL_SFTP_LISTEN: `127.0.0.1:${this.sftpPort}`,
      STOCKBELL_COMMERCE_REQUESTS_PER_MINUTE: "1000000", ...this.env,
    };
  }

  async up(args: string[] = []): Promise<void> {
    const child = spawn(binary, ["serve", ...args], { env: this.environment(), stdio: ["ignore", "pipe", "pipe"] });
    this.process = child;
    child.stdout!.on("data", (bytes) => (this.log += bytes));
    child.stderr!.on("data", (bytes) => (this.log += bytes));
    await until("stockbell is ready", async () => {
      if (child.exitCode !== null) throw new Error(`stockbell ended with ${child.exitCode}:\n${this.log}`);
      return (await fetch(`${this.url}/readyz`)).ok;
    }, 30_000);
  }

  // Ends the process; SIGKILL leaves it no time to tidy up.
  async down(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((done) => child.once("exit", (code) => done(code)));
    child.kill(signal);
    return await ended;
  }

  async killAndRestart(): Promise<void> {
    await this.down("SIGKILL");
    await this.up();
  }

  async stop(): Promise<void> {
    const code = await this.down();
    if (process.env.STOCKBELL_KEEP) console.error(`kept ${this.directory}\n${this.log}`);
    else rmSync(this.directory, { recursive: true, force: true });
    if (code !== null && code !== 0) throw new Error(`stockbell stopped with ${code}:\n${this.log}`);
  }

  async cli(...args: string[]): Promise<string> {
    const { stdout } = await run(binary, args, { env: this.environment(), maxBuffer: 64 << 20 });
    return stdout;
  }

  async call(method: string, where: string, body?: Json, headers: Record<string, string> = {}): Promise<Answer> {
    const raw = typeof body === "string" || body instanceof Uint8Array;
    const answer = await fetch(this.url + where, {
      method, redirect: "manual",
      headers: { ...(body !== undefined && !raw ? { "Content-Type": "application/json" } : {}), ...headers },
      body: body === undefined ? undefined : raw ? (body as string) : JSON.stringify(body),
    });
    const text = await answer.text();
    let json: Json;
    try {
      json = JSON.parse(text);
    } catch {
      json = undefined;
    }
    return { status: answer.status, headers: answer.headers, text, json };
  }

  // With the admin key; fails on anything but success.
  async api(method: string, where: string, body?: Json, headers: Record<string, string> = {}): Promise<Json> {
    const answer = await this.call(method, "/api/v1" + where, body, { Authorization: `Bearer ${this.key}`, ...headers });
    if (answer.status >= 300) throw new Error(`${method} ${where}: ${answer.status} ${answer.text}`);
    return answer.json;
  }

  ask(sku: string, email: string, more: Record<string, Json> = {}): Promise<Answer> {
    return this.call("POST", "/api/v1/notification-requests", { sku, email, ...more });
  }

  setStock(sku: string, quantity: number): Promise<Json> {
    return this.api("PUT", `/inventory/${encodeURIComponent(sku)}`, { quantity });
  }

  async importFile(kind: "catalog" | "inventory", body: string | Uint8Array, type = "application/xml"): Promise<Json> {
    const started = await this.api("POST", `/imports/${kind}`, body, { "Content-Type": type });
    return await until(`the ${kind} import is over`, async () => {
      const seen = await this.api("GET", `/imports/${started.id}`);
      return !["waiting", "running"].includes(seen.state) && seen;
    }, 120_000);
  }

  async requests(filter = ""): Promise<Request_[]> {
    const all: Request_[] = [];
    let cursor = "";
    do {
      const page = await this.api("GET", `/requests?limit=500${filter}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      all.push(...(page.items));
      cursor = page.next_cursor ?? "";
    } while (cursor);
    return all;
  }

  // The one request of an address, once it has (one of) the status wanted.
  requestOf(email: string, status: string | string[], limitMs?: number): Promise<Request_> {
    const wanted = [status].flat();
    return until(`the request is ${wanted.join(" or ")}`, async () => {
      const found = await this.requests(`&email=${encodeURIComponent(email)}`);
      const fit = found.find((row) => wanted.includes(row.status));
      if (!fit) throw new Error(JSON.stringify(found.map((row) => row.status)));
      return fit;
    }, limitMs);
  }

  async mailbox(): Promise<Json[]> {
    const page = await this.api("GET", "/mailbox?limit=500");
    return page.items;
  }

  file(...parts: string[]): string {
    return path.join(this.dataDir, ...parts);
  }

  readFile(...parts: string[]): string {
    const file = this.file(...parts);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }
}
