// A mail server that takes what it is sent, or answers as told for some addresses. For what a stock mail server cannot be made to say.
import { type AddressInfo, type Server, type Socket, createServer } from "node:net";

export class SmtpSink {
  readonly messages: { to: string; source: string }[] = [];
  // Answers to RCPT TO, by mailbox: "550 5.1.1 no such user".
  readonly answers = new Map<string, string>();
  private constructor(private readonly server: Server) {}

  static async start(): Promise<SmtpSink> {
    const server = createServer();
    const sink = new SmtpSink(server);
    server.on("connection", (socket) => sink.serve(socket));
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    return sink;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.address() as AddressInfo).port}?tls=never`;
  }

  stop(): void {
    this.server.close();
  }

  // What was sent to a mailbox last, with its header lines unfolded.
  to(mailbox: string): string | undefined {
    return this.messages.filter((one) => one.to === mailbox).at(-1)?.source.replace(/\r\n[ \t]+/g, " ");
  }

  private serve(socket: Socket): void {
    let pending = "";
    let to = "";
    let source: string | undefined;
    const answer = (line: string) => socket.write(line + "\r\n");
    const command = (line: string) => {
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === "EHLO") return answer("250-sink\r\n250 8BITMIME");
      if (verb === "RCPT") {
        const mailbox = line.match(/<(.*?)>/)![1];
        const refused = this.answers.get(mailbox);
        if (!refused) to = mailbox;
        return answer(refused ?? "250 2.1.5 fine");
      }
      if (verb === "DATA") {
        source = "";
        return answer("354 go on");
      }
      if (verb === "QUIT") {
        answer("221 bye");
        return socket.end();
      }
      answer("250 2.0.0 fine");
    };
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes) => {
      pending += bytes.toString("latin1");
      for (let end = pending.indexOf("\r\n"); end >= 0; end = pending.indexOf("\r\n")) {
        const line = pending.slice(0, end);
        pending = pending.slice(end + 2);
        if (source === undefined) command(line);
        else if (line === ".") {
          this.messages.push({ to, source });
          source = undefined;
          answer("250 2.0.0 kept");
        } else source += line + "\r\n";
      }
    });
    answer("220 sink ESMTP");
  }
}
