/**
 * Posts a message to the webhook of a subscriber: an address that a stranger has given. So it is connected to allowed
 * addresses only, whatever its name resolves to, follows no redirect, and tells nothing of the answer.
 */
import { lookup as resolve } from "node:dns";
import { request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { SendOutcome } from "../../../core/alerting/ports.ts";
import { classifyAddress, type TargetPolicy } from "../../../core/checking/target-policy.ts";
import { signatureOf } from "./message.ts";

export interface SubscriberWebhook {
  readonly id: string;
  readonly url: string;
  /** Signs the message as Standard Webhooks 1.0 says; null for none. */
  readonly secret: string | null;
  readonly body: string;
}

const TIMEOUT_MS = 15_000;
const SECOND_MS = 1000;
const RETRIED_STATUS = new Set([408, 425, 429]);

/** Rejects only when the signal aborts. */
export async function postToSubscriber(
  webhook: SubscriberWebhook,
  { targets, nowMs }: { readonly targets: TargetPolicy; readonly nowMs: number },
  signal: AbortSignal,
): Promise<SendOutcome> {
  const url = URL.parse(webhook.url);
  if (url === null || !/^https?:$/.test(url.protocol)) return refused("not an http:// or https:// address");
  const name = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(name) !== 0 && !targets.has(classifyAddress(name))) return refused(OBJECTION);
  try {
    const status = await statusOf(url, webhook, { targets, nowMs }, signal);
    if (status >= 200 && status < 300) return { kind: "sent" };
    const reason = `webhook answered ${status}`;
    if (status >= 500 || RETRIED_STATUS.has(status)) return { kind: "unavailable", reason, afterMs: null };
    return { kind: "refused", reason };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ForbiddenTargetError) return refused(OBJECTION);
    return { kind: "unavailable", reason: "webhook: it cannot be reached", afterMs: null };
  }
}

const OBJECTION = "webhook: its address is of a class that webhooks may not reach";

class ForbiddenTargetError extends Error {}

function refused(reason: string): SendOutcome {
  return { kind: "refused", reason };
}

async function statusOf(
  url: URL,
  { id, secret, body }: SubscriberWebhook,
  { targets, nowMs }: { readonly targets: TargetPolicy; readonly nowMs: number },
  signal: AbortSignal,
): Promise<number> {
  const seconds = String(Math.floor(nowMs / SECOND_MS));
  const { promise, resolve: answered, reject } = Promise.withResolvers<number>();
  const send = url.protocol === "https:" ? requestSecure : requestPlain;
  const outgoing = send(
    url,
    {
      method: "POST",
      agent: false,
      lookup: allowedLookup(targets),
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      headers: {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        "user-agent": "Sitewire",
        "webhook-id": id,
        "webhook-timestamp": seconds,
        ...(secret === null ? {} : { "webhook-signature": signatureOf(secret, id, seconds, body) }),
      },
    },
    (response) => {
      answered(response.statusCode ?? 0);
      response.destroy();
    },
  );
  outgoing.on("error", reject);
  outgoing.end(body);
  return await promise;
}

/** Resolves a name to the addresses that are allowed. The connection is made to these, so that no second look-up differs. */
function allowedLookup(targets: TargetPolicy): LookupFunction {
  return (name, options, callback) => {
    resolve(name, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const allowed = addresses.filter(({ address }) => targets.has(classifyAddress(address)));
      const [first] = allowed;
      if (first === undefined) return callback(new ForbiddenTargetError(OBJECTION), []);
      return options.all === true ? callback(null, allowed) : callback(null, first.address, first.family);
    });
  };
}
