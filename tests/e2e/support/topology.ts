// The boxes as one process, or as four that speak their real protocols (STOCKBELL_TOPOLOGY=split). Split, a small proxy stands
// where a shop's would: one address for browser and tests, each path to the box that serves it.
import { execFileSync } from "node:child_process";
import { Agent, type IncomingMessage, type Server, type ServerResponse, createServer, request } from "node:http";

export const split = process.env.STOCKBELL_TOPOLOGY === "split";
export const roles = ["crm", "engagement", "commerce", "connect"] as const;
export type Role = (typeof roles)[number];

const paths: [Role, string[]][] = [
  ["crm", ["/services/", "/id/", "/api/v1/requests", "/api/v1/contacts", "/api/v1/duplicate-sets", "/api/v1/contact-merges"]],
  ["engagement", ["/o/", "/c/", "/u/", "/confirm/", "/keep/", "/manage/", "/hub/", "/data/", "/automation/", "/interaction/", "/v2/token", "/Service.asmx", "/api/v1/restocks", "/api/v1/claims", "/api/v1/journeys", "/api/v1/deliveries", "/api/v1/feed-imports",
    "/api/v1/mailbox", "/api/v1/data-extensions", "/api/v1/sftp-accounts"]],
];

export function roleOf(path: string): Role {
  for (const [role, prefixes] of paths) if (prefixes.some((prefix) => path.startsWith(prefix))) return role;
  return "commerce";
}

// The box whose process a command speaks to.
export function roleOfCommand(command: string): Role {
  return command === "requests" ? "crm" : ["users", "journeys", "claims"].includes(command) ? "engagement" : "commerce";
}

// Sends each request on to `target`, with that process's own key in place of the shop's.
export async function startProxy(port: number, target: (role: Role) => { port: number; key: string }, key: () => string): Promise<Server> {
  const agent = new Agent({ keepAlive: true });
  const forward = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { port: to, key: itsKey } = target(roleOf(incoming.url!));
    const headers = { ...incoming.headers };
    if (key() && headers.authorization === `Bearer ${key()}`) headers.authorization = `Bearer ${itsKey}`;
    const onward = request({ host: "127.0.0.1", port: to, method: incoming.method, path: incoming.url, headers, agent }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end("the box is away")));
    incoming.pipe(onward);
  };
  const server = createServer(forward);
  await new Promise<void>((ready) => server.listen(port, "127.0.0.1", ready));
  return server;
}

// "SHA256:..." of an SSH server's key.
export function fingerprint(keyFile: string): string {
  return execFileSync("ssh-keygen", ["-lf", keyFile], { encoding: "utf8" }).split(" ")[1];
}
