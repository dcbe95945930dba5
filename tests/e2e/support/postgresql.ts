// A real PostgreSQL 15 in a temporary directory, on loopback.
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "./stockbell.ts";

const bin = "/usr/lib/postgresql/15/bin";

export class Postgresql {
  readonly directory = mkdtempSync(path.join(tmpdir(), "stockbell-postgresql-"));
  private constructor(readonly port: number) {}

  static async start(): Promise<Postgresql> {
    const server = new Postgresql(await freePort());
    chmodSync(server.directory, 0o700);
    if (process.getuid!() === 0) {
      const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
      chownSync(server.directory, id("-u"), id("-g"));
    }
    server.run("initdb", "-D", `${server.directory}/db`, "-U", "bell", "-A", "trust", "-E", "UTF8", "--no-sync");
    server.run("pg_ctl", "-D", `${server.directory}/db`, "-w", "-l", `${server.directory}/log`, "-o",
      `-p ${server.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${server.directory}`, "start");
    return server;
  }

  get url(): string {
    return `postgresql://bell@127.0.0.1:${this.port}/postgres`;
  }

  stop(): void {
    this.run("pg_ctl", "-D", `${this.directory}/db`, "-m", "immediate", "stop");
    rmSync(this.directory, { recursive: true, force: true });
  }

  // The server refuses to run as root.
  private run(program: string, ...args: string[]): void {
    const command = [path.join(bin, program), ...args];
    if (process.getuid!() === 0) command.unshift("runuser", "-u", "postgres", "--");
    execFileSync(command[0], command.slice(1), { cwd: "/", stdio: "ignore" });
  }
}
