/** What Slack's Web API answers: always with status 200. https://docs.slack.dev/apis/web-api/#responses */
import { z } from "zod";
import type { SendOutcome } from "../../../core/alerting/ports.ts";

const answerSchema = z.union([
  z.object({ ok: z.literal(true), ts: z.string() }),
  z.object({ ok: z.literal(false), error: z.string() }),
]);

/** Errors that pass; https://docs.slack.dev/reference/methods/chat.postMessage#errors */
const PASSING = new Set([
  "ratelimited",
  "rate_limited",
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
]);

/** `thread` is the thread that the message joined; null when it begins one. */
export function slackAnswer(body: string, thread: string | null): SendOutcome {
  const parsed = answerSchema.safeParse(parsedJson(body));
  if (!parsed.success) {
    return { kind: "unavailable", reason: "slack answered with what is no answer of its API", afterMs: null };
  }
  const answer = parsed.data;
  if (answer.ok) return thread === null ? { kind: "sent", thread: answer.ts } : { kind: "sent" };
  const reason = `slack answered: ${answer.error}`;
  return PASSING.has(answer.error)
    ? { kind: "unavailable", reason, afterMs: null }
    : { kind: "refused", reason };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
