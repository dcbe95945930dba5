// A real Postfix on loopback that delivers everything into one Maildir, and its messages read back.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { type ParsedMail, simpleParser } from "mailparser";
import { freePort, root } from "./stockbell.ts";

const run = promisify(execFile);
const script = path.join(root, "tests/support/postfix.sh");

export class Postfix {
  readonly directory = mkdtempSync(path.join(tmpdir(), "stockbell-postfix-"));
  private constructor(readonly port: number) {}

  static async start(): Promise<Postfix> {
    const postfix = new Postfix(await freePort());
    await postfix.up();
    return postfix;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  async up(): Promise<void> {
    await run(script, ["start", this.directory, String(this.port)]);
  }

  async down(): Promise<void> {
    await run(script, ["stop", this.directory]);
  }

  async stop(): Promise<void> {
    await this.down();
    rmSync(this.directory, { recursive: true, force: true });
  }

  // Raw messages that have arrived so far.
  raw(): string[] {
    const folder = path.join(this.directory, "Maildir", "new");
    return existsSync(folder) ? readdirSync(folder).map((file) => readFileSync(path.join(folder, file), "utf8")) : [];
  }

  async messages(): Promise<ParsedMail[]> {
    return await Promise.all(this.raw().map((raw) => simpleParser(raw, { skipImageLinks: true })));
  }
}
