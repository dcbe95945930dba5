// A Stockbell for Salesforce's own clients: plain HTTP and TLS side by side with a certificate of a CA made for the test, and the
// two clients, unmodified: jsforce in this process, simple-salesforce in Python scripts of tests/e2e/clients.
import { execFileSync, spawn } from "node:child_process";
import { createSign } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import jsforce, { type Connection } from "jsforce";
import { freePort, type Json, root, Stockbell } from "./stockbell.ts";

export type Role = "admin" | "readonly" | "intake";
export interface Client {
  id: string;
  secret: string;
}
export interface User {
  email: string;
  password: string;
}

export const jwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";

const openssl = (directory: string, ...args: string[]) => execFileSync("openssl", args, { cwd: directory, stdio: ["ignore", "pipe", "ignore"] });

// ca.pem, and server.pem + server.key for 127.0.0.1, in `directory`.
function makeCertificates(directory: string): void {
  openssl(directory, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Test CA", "-keyout", "ca.key", "-out", "ca.pem",
    "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign");
  openssl(directory, "req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", "server.key", "-out", "server.csr");
  writeFileSync(path.join(directory, "server.ext"), "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n");
  openssl(directory, "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
    "-extfile", "server.ext", "-out", "server.pem");
}

export class Salesforce {
  private constructor(readonly bell: Stockbell, readonly tlsPort: number, readonly directory: string) {}

  // `env` adds STOCKBELL_… settings. The server's public_url is its TLS address: that is where clients go on to.
  static async start(env: Record<string, string> = {}): Promise<Salesforce> {
    const directory = mkdtempSync(path.join(tmpdir(), "stockbell-tls-"));
    makeCertificates(directory);
    const tlsPort = await freePort();
    const bell = await Stockbell.start({
      STOCKBELL_PUBLIC_URL: `https://127.0.0.1:${tlsPort}`, STOCKBELL_HTTP_TLS_LISTEN: `127.0.0.1:${tlsPort}`,
      STOCKBELL_HTTP_TLS_CERTIFICATE: path.join(directory, "server.pem"), STOCKBELL_HTTP_TLS_KEY: path.join(directory, "server.key"), ...env,
    });
    https.globalAgent.options.ca = readFileSync(path.join(directory, "ca.pem"));  // jsforce uses this agent
    return new Salesforce(bell, tlsPort, directory);
  }

  async stop(): Promise<void> {
    rmSync(this.directory, { recursive: true, force: true });
    await this.bell.stop();
  }

  get url(): string {
    return `https://127.0.0.1:${this.tlsPort}`;
  }
  get caFile(): string {
    return path.join(this.directory, "ca.pem");
  }

  // An API key: an OAuth client.
  async client(role: Role, name: string, certificate?: string): Promise<Client> {
    return { id: name, secret: (await this.bell.api("POST", "/keys", { role, name, certificate })).key };
  }

  // A console user.
  async user(email: string): Promise<User> {
    return { email, password: (await this.bell.api("POST", "/users", { email })).password };
  }

  // A key pair for signed assertions: the file of the private key, and the certificate to register.
  signer(name: string): { keyFile: string; certificateFile: string; certificate: string } {
    openssl(this.directory, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.pem`);
    const certificateFile = path.join(this.directory, `${name}.pem`);
    return { keyFile: path.join(this.directory, `${name}.key`), certificateFile, certificate: readFileSync(certificateFile, "utf8") };
  }

  // jsforce, signed in by client credentials; over plain HTTP to begin with, as its loginUrl.
  async connect(client: Client, version = "59.0"): Promise<Connection> {
    const connection = this.connection(client, version);
    await connection.authorize({ grant_type: "client_credentials" });
    return connection;
  }

  // jsforce, not signed in yet.
  connection(client?: Client, version = "59.0"): Connection {
    const oauth2 = client && { loginUrl: this.bell.url, clientId: client.id, clientSecret: client.secret };
    return new jsforce.Connection({ loginUrl: this.bell.url, version, ...(oauth2 && { oauth2 }) });
  }

  // Runs a script of tests/e2e/clients; the settings get the domain that leads simple-salesforce here.
  async python(script: string, settings: Json, limitMs = 120_000): Promise<Json> {
    const child = spawn("python3", [path.join(root, "tests/e2e/clients", script)], {
      env: {
        PATH: process.env.PATH!, PYTHONPATH: process.env.STOCKBELL_PYTHON ?? path.join(root, "build/python"), PYTHONDONTWRITEBYTECODE: "1",
        REQUESTS_CA_BUNDLE: this.caFile, NO_PROXY: "127.0.0.1",
      },
      stdio: ["pipe", "pipe", "pipe"], timeout: limitMs,
    });
    let out = "", trouble = "";
    child.stdout.on("data", (bytes) => (out += bytes));
    child.stderr.on("data", (bytes) => (trouble += bytes));
    const ended = new Promise<number | null>((done) => child.once("close", done));
    child.stdin.end(JSON.stringify({ domain: `127.0.0.1:${this.tlsPort}/`, ...settings }));
    if ((await ended) !== 0) throw new Error(`${script} failed:\n${trouble}`);
    return JSON.parse(out);
  }

  // The same with a client's id and secret, for scripts that call connect() of client.py.
  pythonAs(client: Client, script: string, settings: Json = {}, limitMs?: number): Promise<Json> {
    return this.python(script, { client_id: client.id, client_secret: client.secret, ...settings }, limitMs);
  }
}

// A JWT (RS256) of these claims.
export function signed(claims: Json, keyFile: string): string {
  const part = (value: Json) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims)}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(readFileSync(keyFile)).toString("base64url")}`;
}
