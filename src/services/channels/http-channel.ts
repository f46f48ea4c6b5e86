/** A channel that sends each message as one HTTP request: what all of them share. */

import { messageOf } from "../../contract/errors.ts";
import type { Notice } from "../../core/alerting/notice.ts";
import type { Channel, SendOutcome } from "../../core/alerting/ports.ts";

export interface ChannelRequest {
  readonly url: string;
  readonly method?: "POST" | "PUT";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const SEND_TIMEOUT_MS = 15_000;
const LONGEST_ANSWER_BYTES = 2000;
const LONGEST_RETRY_AFTER_MS = 3_600_000;
const SECOND_MS = 1000;

/** Answers that another attempt may change: too early, too many, and what is the server's own trouble. */
const RETRIED_STATUS = new Set([408, 425, 429]);

/** `requestOf` gives one notice its form. `service` names the service in reasons, which hold neither URL nor headers. */
export function createHttpChannel(service: string, requestOf: (notice: Notice) => ChannelRequest): Channel {
  return {
    async send(notice, signal) {
      const { url, method = "POST", headers, body } = requestOf(notice);
      const timeout = AbortSignal.timeout(SEND_TIMEOUT_MS);
      try {
        const response = await fetch(url, {
          method,
          headers,
          body,
          redirect: "error",
          signal: AbortSignal.any([signal, timeout]),
        });
        return await outcomeOf(service, response);
      } catch (error) {
        signal.throwIfAborted();
        const reason = timeout.aborted ? `no answer within ${SEND_TIMEOUT_MS / SECOND_MS} s` : causeOf(error);
        return { kind: "unavailable", reason: `${service}: ${reason}`, afterMs: null };
      }
    },
  };
}

async function outcomeOf(service: string, response: Response): Promise<SendOutcome> {
  const said = await beginningOf(response);
  if (response.ok) return { kind: "sent" };
  const { status } = response;
  const reason = `${service} answered ${status}${said === "" ? "" : `: ${said}`}`;
  if (status < 500 && !RETRIED_STATUS.has(status)) return { kind: "refused", reason };
  return { kind: "unavailable", reason, afterMs: retryAfterMs(response.headers.get("retry-after")) };
}

/** One line of what the service says; the rest is not read. */
async function beginningOf(response: Response): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= LONGEST_ANSWER_BYTES) break;
  }
  return text.slice(0, LONGEST_ANSWER_BYTES).replaceAll(/\s+/g, " ").trim();
}

/** Seconds or a date (RFC 9110, section 10.2.3). */
function retryAfterMs(header: string | null): number | null {
  if (header === null) return null;
  const delayMs = /^\d+$/.test(header) ? Number(header) * SECOND_MS : Date.parse(header) - Date.now();
  return Number.isNaN(delayMs) ? null : Math.min(LONGEST_RETRY_AFTER_MS, Math.max(0, delayMs));
}

/** `fetch` hides the reason behind "fetch failed". */
function causeOf(error: unknown): string {
  const { cause } = error instanceof Error ? error : { cause: undefined };
  return messageOf(cause ?? error);
}
