// A real Stockbell for a test: own data folder, own free ports, started, killed and started again at will. One process, or with
// STOCKBELL_TOPOLOGY=split one for each box.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Role, fingerprint, roleOfCommand, roles, split, startProxy } from "./topology.ts";

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

// A process that runs all boxes, or one of them.
interface Part {
  role: Role | "all";
  port: number;
  dataDir: string;
  env: Record<string, string>;
  key: string;
  process?: ChildProcess;
}

export class Stockbell {
  readonly directory = mkdtempSync(path.join(tmpdir(), "stockbell-e2e-"));
  readonly dataDir = path.join(this.directory, "data");
  log = "";
  private parts: Part[] = [];
  private proxy: Server | undefined;
  private constructor(readonly port: number, readonly sftpPort: number, readonly env: Record<string, string>) {}

  // Starts with an empty store. `env` adds STOCKBELL_… settings. With `args` (--roles …) always one process.
  static async start(env: Record<string, string> = {}, args: string[] = []): Promise<Stockbell> {
    const bell = new Stockbell(await freePort(), await freePort(), env);
    try {
      if (split && args.length === 0) await bell.startSplit();
      else {
        bell.parts = [{ role: "all", port: bell.port, dataDir: bell.dataDir, env: {}, key: "" }];
        await bell.up(args);
        await bell.makeKey(bell.parts[0]);
      }
    } catch (error) {
      await bell.down("SIGKILL");  // a process left behind would keep the test program alive
      bell.proxy?.close();
      throw error;
    }
    return bell;
  }

  private async startSplit(): Promise<void> {
    for (const role of roles)
      this.parts.push({ role, port: await freePort(), dataDir: path.join(this.dataDir, role), env: {}, key: "" });
    mkdirSync(this.dataDir);
    this.proxy = await startProxy(this.port, (role) => this.part(role), () => this.key);
    const [crm, engagement, commerce, connect] = this.parts;
    await Promise.all([this.upPart(crm), this.upPart(engagement)]);
    await Promise.all([crm, engagement].map((part) => this.makeKey(part)));
    const drop = await this.callPart(engagement, "POST", "/api/v1/sftp-accounts", { name: "commerce" });
    const hostKey = fingerprint(path.join(engagement.dataDir, "keys", "ssh_host_ed25519"));
    const peers = {
      STOCKBELL_CRM_URL: `http://127.0.0.1:${crm.port}`, STOCKBELL_CRM_CLIENT_ID: "e2e", STOCKBELL_CRM_CLIENT_SECRET: crm.key,
      STOCKBELL_CRM_POLL_SECONDS: "1",
      STOCKBELL_ENGAGEMENT_URL: `http://127.0.0.1:${engagement.port}`, STOCKBELL_ENGAGEMENT_CLIENT_ID: "e2e",
      STOCKBELL_ENGAGEMENT_CLIENT_SECRET: engagement.key,
      STOCKBELL_ENGAGEMENT_SFTP: `sftp://${drop.name}:${drop.password}@127.0.0.1:${this.sftpPort}/Import?host_key=${hostKey}`,
    };
    commerce.env = connect.env = peers;
    // Asked when somebody asks why; from the CRM's next start on.
    const { STOCKBELL_ENGAGEMENT_URL, STOCKBELL_ENGAGEMENT_CLIENT_ID, STOCKBELL_ENGAGEMENT_CLIENT_SECRET } = peers;
    crm.env = { STOCKBELL_ENGAGEMENT_URL, STOCKBELL_ENGAGEMENT_CLIENT_ID, STOCKBELL_ENGAGEMENT_CLIENT_SECRET };
    await Promise.all([this.upPart(commerce), this.upPart(connect)]);
    await Promise.all([commerce, connect].map((part) => this.makeKey(part)));
  }

  private part(role: Role): Part {
    return this.parts.find((part) => part.role === role) ?? this.parts[0];
  }

  private async makeKey(part: Part): Promise<void> {
    const { stdout } = await run(binary, ["keys", "create", "--role", "admin", "--name", "e2e"], { env: this.environment(part) });
    part.key = stdout.trim().split("\n").at(-1)!;
  }

  private async callPart(part: Part, method: string, where: string, body: Json): Promise<Json> {
    const answer = await fetch(`http://127.0.0.1:${part.port}${where}`, {
      method, headers: { "Content-Type": "application/json", Authorization: `Bearer ${part.key}` }, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${where}: ${answer.status} ${await answer.text()}`);
    return await answer.json();
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get key(): string {
    return this.part("commerce").key;
  }

  get process(): ChildProcess | undefined {
    return this.parts[0].process;
  }

  environment(part: Part = this.parts[0]): Record<string, string> {
    const own: Record<string, string> = part.role === "all" ? {} : { STOCKBELL_ROLES: part.role };
    const url = part.role === "crm" || part.role === "connect" ? `http://127.0.0.1:${part.port}` : this.url;
    return {
      PATH: process.env.PATH!, HOME: process.env.HOME ?? "/tmp",
      STOCKBELL_DATA_DIR: part.dataDir, STOCKBELL_PUBLIC_URL: url,
      STOCKBELL_HTTP_LISTEN: `127.0.0.1:${part.port}`, STOCKBELL_SFTP_LISTEN: `127.0.0.1:${this.sftpPort}`,
      STOCKBELL_COMMERCE_REQUESTS_PER_MINUTE: "1000000", STOCKBELL_COMMERCE_REQUESTS_WITHOUT_TOKEN: "1000000",
      STOCKBELL_COMMERCE_REQUESTS_PER_MAILBOX_HOUR: "0", STOCKBELL_COMMERCE_REQUESTS_PER_MAILBOX_DAY: "0", ...own, ...part.env, ...this.env,
    };
  }

  // The data folder of the process that runs a box.
  folderOf(role: Role): string {
    return this.part(role).dataDir;
  }

  async up(args: string[] = []): Promise<void> {
    await Promise.all(this.parts.map((part) => this.upPart(part, args)));
  }

  private async upPart(part: Part, args: string[] = []): Promise<void> {
    const child = spawn(binary, ["serve", ...args], { env: this.environment(part), stdio: ["ignore", "pipe", "pipe"] });
    part.process = child;
    let own = "";
    const keep = (bytes: unknown) => {
      this.log += bytes;
      own += bytes;
    };
    child.stdout!.on("data", keep);
    child.stderr!.on("data", keep);
    await until(`stockbell (${part.role}) is ready`, async () => {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`stockbell (${part.role}) ended with ${child.exitCode ?? child.signalCode}:\n${own}`);
      return (await fetch(`http://127.0.0.1:${part.port}/readyz`)).ok;
    }, 30_000);
  }

  // Ends the processes; SIGKILL leaves them no time to tidy up. The first exit code that is not 0.
  async down(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    const codes = await Promise.all(this.parts.map((part) => this.downPart(part, signal)));
    return codes.find((code) => code !== 0) ?? codes[0];
  }

  private async downPart(part: Part, signal: NodeJS.Signals): Promise<number | null> {
    const child = part.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((done) => child.once("exit", (code) => done(code)));
    child.kill(signal);
    return await ended;
  }

  async killAndRestart(): Promise<void> {
    await this.down("SIGKILL");
    await this.up();
  }

  // One box's process alone; with one process for all, that one.
  async downBox(role: Role, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    await this.downPart(this.part(role), signal);
  }

  async upBox(role: Role): Promise<void> {
    await this.upPart(this.part(role));
  }

  signalBox(role: Role, signal: NodeJS.Signals): void {
    this.part(role).process!.kill(signal);
  }

  async stop(): Promise<void> {
    const code = await this.down();
    this.proxy?.closeAllConnections();
    this.proxy?.close();
    if (process.env.STOCKBELL_KEEP) console.error(`kept ${this.directory}\n${this.log}`);
    else rmSync(this.directory, { recursive: true, force: true });
    if (code !== null && code !== 0) throw new Error(`stockbell stopped with ${code}:\n${this.log}`);
  }

  cli(...args: string[]): Promise<string> {
    return this.cliOf(roleOfCommand(args[0]), args);
  }

  // A command to the process of one box; `env` overrides its settings.
  async cliOf(role: Role, args: string[], env: Record<string, string> = {}): Promise<string> {
    const { stdout } = await run(binary, args, { env: { ...this.environment(this.part(role)), ...env }, maxBuffer: 64 << 20 });
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
    }, limitMs).catch((error) => {
      throw new Error(`${error.message}\n${this.troubles()}`);
    });
  }

  // What the processes last complained of.
  troubles(): string {
    return this.log.split("\n").filter((line) => /level=(warning|error)/.test(line)).slice(-20).join("\n");
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
