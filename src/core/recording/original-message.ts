/**
 * Reads messages of the original system, which allows a running deployment to migrate without a gap. Key:
 * `{"site_id": …}`. Value: `{"data": {site_id, status_code, response_time, has_regexp, created, modified, comments}}`,
 * with the response time in seconds.
 */
import { z } from "zod";
import type { CheckResult } from "../../contract/checks/check-result.ts";
import {
  listIssues,
  parseCheckResult,
  parseJson,
  UnreadableEventError,
} from "../../contract/checks/read-check-result.ts";
import type { ConsumedEvent } from "../../contract/events/event.ts";
import { siteIdOf } from "../../contract/identity.ts";
import { storableTextSchema, toStorableText } from "../../contract/storable-text.ts";

const MILLISECONDS_PER_SECOND = 1000;
/** The location of the original system's results; it had only one. */
const ORIGINAL_LOCATION = "original";
const LONGEST_NAME = 200;
const LONGEST_MESSAGE = 1000;
/** Smaller numbers are seconds: as milliseconds they would be dates before March 1973. */
const FIRST_MILLISECONDS = 1e11;

const originalMessageSchema = z.object({
  data: z.object({
    site_id: z.union([storableTextSchema.min(1), z.number()]),
    status_code: z.coerce.number().int().nullish(),
    response_time: z.coerce.number().nonnegative().nullish(),
    has_regexp: z.boolean().nullish(),
    created: z.union([z.string(), z.number()]).nullish(),
    modified: z.union([z.string(), z.number()]).nullish(),
    comments: z.string().nullish(),
  }),
});

/**
 * Converts a message to a check result. The slot is the message's `created` time, or the record's timestamp when it is
 * absent. Throws `UnreadableEventError`.
 */
export function readOriginalMessage(event: ConsumedEvent): CheckResult {
  const data = parse(event.value);
  const name = String(data.site_id);
  const isUrl = URL.canParse(name);
  if (!isUrl && name.length > LONGEST_NAME) {
    throw new UnreadableEventError(
      `data.site_id: a name has at most ${LONGEST_NAME} characters, this one ${name.length}`,
    );
  }
  const url = isUrl ? name : `urn:site:${encodeURIComponent(name)}`;
  const siteId = siteIdOf(isUrl ? { url } : { url, name });
  const at = instantOf(data.created, event.timestampMs);
  const statusCode = data.status_code ?? null;
  const answered = statusCode !== null && statusCode >= 100 && statusCode <= 999;
  const up = answered && statusCode < 400 && data.has_regexp !== false;
  const responseTimeMs = data.response_time == null ? null : data.response_time * MILLISECONDS_PER_SECOND;
  return parseCheckResult({
    siteId,
    location: ORIGINAL_LOCATION,
    slot: at,
    url,
    siteName: name.length > LONGEST_NAME ? null : name,
    checkedAt: at,
    verdict: up ? "up" : "down",
    statusCode: answered ? statusCode : null,
    responseTimeMs,
    timings: null,
    regexpMatched: data.has_regexp ?? null,
    error: up
      ? null
      : {
          code: "internal",
          message: toStorableText(data.comments ?? "failed, as the original system saw it", LONGEST_MESSAGE),
        },
    bytes: null,
    attempts: 1,
    certificateExpiresAt: null,
    remoteAddress: null,
  });
}

function parse(value: Uint8Array | null): z.infer<typeof originalMessageSchema>["data"] {
  if (value === null) throw new UnreadableEventError("the message has no value");
  const parsed = originalMessageSchema.safeParse(parseJson(value));
  if (parsed.success) return parsed.data.data;
  throw new UnreadableEventError(`not a message of the original system: ${listIssues(parsed.error)}`);
}

/** Returns ISO 8601 in UTC. The original wrote UTC without a zone, or seconds or milliseconds since the epoch. */
function instantOf(created: string | number | null | undefined, recordTimestampMs: number): string {
  if (typeof created === "number") {
    const instantMs = created < FIRST_MILLISECONDS ? created * MILLISECONDS_PER_SECOND : created;
    return toInstant(instantMs, `data.created: ${created} is neither seconds nor milliseconds since 1970`);
  }
  if (typeof created === "string") {
    const hasZone = /(?:[zZ]|[+-]\d{2}:?\d{2})$/.test(created);
    const parsed = Date.parse(hasZone ? created : `${created.replace(" ", "T")}Z`);
    if (!Number.isNaN(parsed)) return new Date(parsed).toISOString();
  }
  return toInstant(recordTimestampMs, `the record's timestamp is not a valid time: ${recordTimestampMs}`);
}

/** Throws `UnreadableEventError` with `complaint` when the number is outside the range of a Date. */
function toInstant(instantMs: number, complaint: string): string {
  const date = new Date(instantMs);
  if (Number.isNaN(date.getTime())) throw new UnreadableEventError(complaint);
  return date.toISOString();
}
