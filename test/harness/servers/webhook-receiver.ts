// A receiver of webhooks as Standard Webhooks 1.0 describes one: it checks each signature, and answers as told.
import { createHmac } from "node:crypto";
import { z } from "zod";
import { aWebsite } from "./website.ts";

const messageSchema = z.object({
  kind: z.string(),
  title: z.string(),
  text: z.string(),
  repeated: z.boolean(),
  incidents: z.array(z.object({ id: z.string() })),
});

interface ReceivedWebhook extends z.infer<typeof messageSchema> {
  readonly id: string;
  readonly isSigned: boolean;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly received: readonly ReceivedWebhook[];
  close(): Promise<void>;
}

/** Answers with the statuses given, one after the other, and then with 200. */
export async function startWebhookReceiver(
  secret: string,
  statuses: readonly number[] = [],
): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const server = await aWebsite();
  server.answers((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const header = (name: string): string => String(request.headers[name]);
      const signed = `${header("webhook-id")}.${header("webhook-timestamp")}.${body}`;
      const signature = `v1,${createHmac("sha256", secret).update(signed).digest("base64")}`;
      response.statusCode = statuses[received.length] ?? 200;
      received.push({
        ...messageSchema.parse(JSON.parse(body)),
        id: header("webhook-id"),
        isSigned: header("webhook-signature") === signature,
      });
      response.end();
    });
  });
  return { url: `${server.url}hook`, received, close: server.goAway };
}
