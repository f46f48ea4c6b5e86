// An SMTP server that keeps what it is sent. Its TLS, its login and its answers are as the test says.
import { once } from "node:events";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

interface ReceivedMail {
  readonly secure: boolean;
  readonly user: string | undefined;
  readonly to: readonly string[];
  /** Header fields by their lower-case name, unfolded. */
  readonly headers: ReadonlyMap<string, string>;
  readonly raw: string;
}

export interface MailServer {
  readonly port: number;
  readonly received: readonly ReceivedMail[];
  close(): Promise<void>;
}

export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const server = new SMTPServer({
    logger: false,
    authOptional: true,
    // A server that hears `.close` while a client is there ends it at once.
    closeTimeout: 100,
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const raw = Buffer.concat(chunks).toString();
        received.push({
          secure: session.secure,
          user: session.user,
          to: session.envelope.rcptTo.map(({ address }) => address),
          headers: headersOf(raw),
          raw,
        });
        callback();
      });
    },
    ...options,
  });
  // A client that goes away in the middle is part of the tests.
  server.on("error", () => {});
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const address = server.server.address();
  if (address === null || typeof address === "string") throw new Error("the mail server has no port");
  return {
    port: address.port,
    received,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function headersOf(raw: string): ReadonlyMap<string, string> {
  const [head = ""] = raw.split("\r\n\r\n");
  const fields = head.replaceAll(/\r\n[ \t]+/g, " ").split("\r\n");
  return new Map(
    fields.map((field) => {
      const colon = field.indexOf(":");
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()] as const;
    }),
  );
}
