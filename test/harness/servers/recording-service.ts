// Stands for a service that takes whatever is sent, and keeps it.
import { aWebsite } from "./website.ts";

interface Received {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface RecordingService {
  /** With a slash at its end. */
  readonly url: string;
  readonly received: readonly Received[];
  close(): Promise<void>;
}

/** Answers each request with this status. */
export async function aRecordingService(status = 202): Promise<RecordingService> {
  const received: Received[] = [];
  const server = await aWebsite();
  server.answers((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url: path = "", headers } = request;
      received.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(status).end("{}");
    });
  });
  return { url: server.url, received, close: server.goAway };
}
