/** A channel that sends each message as HTTP requests: what all of them share. */
import pLimit from "p-limit";
import { messageOf } from "../../contract/errors.ts";
import type { ConfiguredChannel, SendOutcome } from "../../core/alerting/ports.ts";
import type { Notice } from "../../core/alerting/wording/notice.ts";
import { withoutSecrets } from "./secrets.ts";

export interface ChannelRequest {
  readonly url: string;
  /** POST where it is not given. */
  readonly method?: "POST" | "PUT";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What statuses mean that HTTP counts as success, but with which the service says that it told nobody. */
  readonly refusals?: Readonly<Record<number, string>>;
  /** Reads the body of an answer that HTTP counts as success. Without it, every such answer means that it was sent. */
  readonly answer?: (body: string) => SendOutcome;
  /** Sent once the service has taken this one. */
  readonly next?: ChannelRequest;
}

export interface HttpChannelOptions {
  /** Names the service in reasons. */
  readonly service: string;
  /** As `Channel.keepsAlerts`. */
  readonly keepsAlerts: boolean;
  /** The form of a notice; more than one request where a digest is told incident by incident. */
  readonly requestsOf: (notice: Notice) => readonly ChannelRequest[];
  /** Hidden in reasons and previews. */
  readonly secrets: readonly string[];
  /** For all requests of one notice. */
  readonly timeoutMs: number;
}

const LONGEST_REASON = 2000;
const LONGEST_ANSWER = 200_000;
const LONGEST_RETRY_AFTER_MS = 3_600_000;
const SECOND_MS = 1000;
const REQUESTS_AT_ONCE = 10;

/** Answers that another attempt may change: too early, too many, and what a service behind the service had to say. */
const RETRIED_STATUS = new Set([408, 424, 425, 429]);

export function createHttpChannel(options: HttpChannelOptions): ConfiguredChannel {
  const { service, keepsAlerts, requestsOf, secrets, timeoutMs } = options;
  return {
    keepsAlerts,
    async send(notice, signal) {
      const timeout = AbortSignal.timeout(timeoutMs);
      const until = AbortSignal.any([signal, timeout]);
      const inTurn = pLimit(REQUESTS_AT_ONCE);
      const requests = requestsOf(notice);
      const outcomes = await Promise.all(
        requests.map((request) => inTurn(() => sendAll(request, service, until))),
      );
      signal.throwIfAborted();
      const outcome = worstOf(outcomes);
      if (outcome.kind === "sent") return outcome;
      const reason = timeout.aborted
        ? `${service}: no answer within ${timeoutMs / SECOND_MS} s`
        : outcome.reason;
      return { ...outcome, reason: withoutSecrets(reason, [...secrets, ...requests.flatMap(credentialsOf)]) };
    },
    preview(notice) {
      return withoutSecrets(requestsOf(notice).map(readable).join("\n"), secrets);
    },
  };
}

/** What a request logs in with, as a service may repeat it. */
function credentialsOf({ headers }: ChannelRequest): readonly string[] {
  const { authorization } = headers;
  return authorization === undefined ? [] : [authorization.slice(authorization.indexOf(" ") + 1)];
}

/** A request, and those that follow it. */
async function sendAll(first: ChannelRequest, service: string, signal: AbortSignal): Promise<SendOutcome> {
  for (let request: ChannelRequest | undefined = first; request !== undefined; request = request.next) {
    const outcome = await sendOne(request, service, signal);
    if (outcome.kind !== "sent" || request.next === undefined) return outcome;
  }
  return { kind: "sent" };
}

async function sendOne(
  { url, method = "POST", headers, body, refusals, answer }: ChannelRequest,
  service: string,
  signal: AbortSignal,
): Promise<SendOutcome> {
  try {
    const response = await fetch(url, { method, headers, body, redirect: "error", signal });
    const refusal = refusals?.[response.status];
    if (refusal === undefined) return await outcomeOf(service, response, answer);
    return { kind: "refused", reason: `${service} answered ${response.status}: ${refusal}` };
  } catch (error) {
    return { kind: "unavailable", reason: `${service}: ${causeOf(error)}`, afterMs: null };
  }
}

/** What can be tried again is: those that the service took already are recognised by their key. */
function worstOf(outcomes: readonly SendOutcome[]): SendOutcome {
  return (
    outcomes.find(({ kind }) => kind === "unavailable") ??
    outcomes.find(({ kind }) => kind === "refused") ??
    outcomes[0] ?? { kind: "sent" }
  );
}

async function outcomeOf(
  service: string,
  response: Response,
  answer: ChannelRequest["answer"],
): Promise<SendOutcome> {
  const { status, ok } = response;
  if (ok && answer !== undefined) return answer(await beginningOf(response, LONGEST_ANSWER));
  const said = (await beginningOf(response, LONGEST_REASON)).replaceAll(/\s+/g, " ").trim();
  if (ok) return { kind: "sent" };
  const reason = `${service} answered ${status}${said === "" ? "" : `: ${said}`}`;
  if (status < 500 && !RETRIED_STATUS.has(status)) return { kind: "refused", reason };
  const afterMs = retryAfterMs(response.headers.get("retry-after")) ?? retryAfterIn(said);
  return { kind: "unavailable", reason, afterMs };
}

/** The first `longest` characters of the body; the rest is not read. */
async function beginningOf(response: Response, longest: number): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= longest) break;
  }
  return text.slice(0, longest);
}

/** Seconds or a date (RFC 9110, section 10.2.3). */
function retryAfterMs(header: string | null): number | null {
  if (header === null) return null;
  const delayMs = /^\d+$/.test(header) ? Number(header) * SECOND_MS : Date.parse(header) - Date.now();
  return Number.isNaN(delayMs) ? null : Math.min(LONGEST_RETRY_AFTER_MS, Math.max(0, delayMs));
}

/** Telegram, Discord and Matrix say it in the body: seconds in `retry_after`, or milliseconds in `retry_after_ms`. */
function retryAfterIn(said: string): number | null {
  const match = /"retry_after(_ms)?"\s*:\s*(\d+(?:\.\d+)?)/.exec(said);
  if (match === null) return null;
  const delayMs = Number(match[2]) * (match[1] === undefined ? SECOND_MS : 1);
  return Math.min(LONGEST_RETRY_AFTER_MS, Math.ceil(delayMs));
}

/** `fetch` hides the reason behind "fetch failed". */
function causeOf(error: unknown): string {
  const { cause } = error instanceof Error ? error : { cause: undefined };
  return messageOf(cause ?? error);
}

/** JSON and forms as people read them; anything else as it is. */
function readable({ headers, body }: ChannelRequest): string {
  const type = headers["content-type"] ?? "";
  if (/json/i.test(type)) return JSON.stringify(JSON.parse(body), null, 2);
  if (!type.includes("x-www-form-urlencoded")) return body;
  return [...new URLSearchParams(body)].map(([name, value]) => `${name}=${value}`).join("\n");
}
