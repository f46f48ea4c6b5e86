/** Asks an RDAP server when the registration of a domain expires (RFC 9082, section 3.1.3; RFC 9083, section 4.5). */
import { z } from "zod";

const TIMEOUT_MS = 10_000;
const LARGEST_ANSWER_BYTES = 262_144;

const domainSchema = z.object({
  objectClassName: z.literal("domain"),
  events: z.array(z.object({ eventAction: z.string(), eventDate: z.string() })).default([]),
});

/**
 * `server` is a base URL such as `https://rdap.org/`; it may redirect to the registry's server. Resolves with the expiry
 * in milliseconds since the epoch; null when the registry does not tell it. Throws an `Error` whose message says why
 * there is no answer, and the signal's reason when it aborts.
 */
export async function askDomainExpiry(
  { server, userAgent }: { readonly server: string; readonly userAgent: string },
  domain: string,
  signal: AbortSignal,
): Promise<number | null> {
  const url = new URL(`domain/${encodeURIComponent(domain)}`, server.endsWith("/") ? server : `${server}/`);
  const within = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    const response = await fetch(url, {
      headers: { accept: "application/rdap+json", "user-agent": userAgent },
      signal: within,
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`${url.host} answered ${response.status}`);
    }
    return expiryOf(await boundedText(response));
  } catch (error) {
    signal.throwIfAborted();
    if (within.aborted)
      throw new Error(`${url.host} did not answer within ${TIMEOUT_MS / 1000} s`, { cause: error });
    throw error;
  }
}

function expiryOf(text: string): number | null {
  const { events } = domainSchema.parse(JSON.parse(text));
  const expiration = events.find(({ eventAction }) => eventAction === "expiration");
  if (expiration === undefined) return null;
  const expiresAtMs = Date.parse(expiration.eventDate);
  if (Number.isNaN(expiresAtMs)) throw new Error(`the expiration "${expiration.eventDate}" is no date`);
  return expiresAtMs;
}

async function boundedText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body ?? []) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > LARGEST_ANSWER_BYTES)
      throw new Error(`the answer is larger than ${LARGEST_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
