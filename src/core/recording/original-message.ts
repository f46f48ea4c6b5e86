/**
 * Messages of the original system, so that a running deployment can be switched over without a gap: key
 * `{"site_id": …}`, value `{"data": {site_id, status_code, response_time, has_regexp, created, modified, comments}}`
 * with the response time in seconds.
 */
import { z } from "zod";
import type { CheckResult } from "../../contract/check-result.ts";
import { messageOf } from "../../contract/errors.ts";
import type { ConsumedEvent } from "../../contract/event.ts";
import { siteIdOf } from "../../contract/identity.ts";
import { UnreadableEventError } from "../../contract/read-check-result.ts";

const MILLISECONDS_PER_SECOND = 1000;
/** Where the original's results were taken; it knew only one place. */
const ORIGINAL_LOCATION = "original";

const originalMessageSchema = z.object({
  data: z.object({
    site_id: z.union([z.string().min(1), z.number()]),
    status_code: z.coerce.number().int().nullish(),
    response_time: z.coerce.number().nonnegative().nullish(),
    has_regexp: z.boolean().nullish(),
    created: z.union([z.string(), z.number()]).nullish(),
    modified: z.union([z.string(), z.number()]).nullish(),
    comments: z.string().nullish(),
  }),
});

/** The result such a message stands for; its slot is its `created` time, else the record's. Throws `UnreadableEventError`. */
export function readOriginalMessage(event: ConsumedEvent): CheckResult {
  const data = parse(event.value);
  const siteName = String(data.site_id);
  const url = URL.canParse(siteName) ? siteName : `urn:site:${encodeURIComponent(siteName)}`;
  const siteId = siteIdOf(URL.canParse(siteName) ? { url } : { url, name: siteName });
  const at = instantOf(data.created, event.timestampMs);
  const statusCode = data.status_code ?? null;
  const answered = statusCode !== null && statusCode >= 100 && statusCode <= 999;
  const up = answered && statusCode < 400 && data.has_regexp !== false;
  const responseTimeMs = data.response_time == null ? null : data.response_time * MILLISECONDS_PER_SECOND;
  return {
    siteId,
    location: ORIGINAL_LOCATION,
    slot: at,
    url,
    siteName,
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
          message: (data.comments ?? "failed, as the original system saw it").slice(0, 1000),
        },
    bytes: null,
    attempts: 1,
    certificateExpiresAt: null,
    remoteAddress: null,
  };
}

function parse(value: Uint8Array | null): z.infer<typeof originalMessageSchema>["data"] {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(value ?? new Uint8Array()));
  } catch (error) {
    throw new UnreadableEventError(`not JSON in UTF-8: ${messageOf(error)}`);
  }
  const parsed = originalMessageSchema.safeParse(json);
  if (parsed.success) return parsed.data.data;
  const issues = parsed.error.issues.map((issue) => `${issue.path.join(".") || "value"}: ${issue.message}`);
  throw new UnreadableEventError(`not a message of the original system: ${issues.join("; ")}`);
}

/** The original wrote UTC without saying so. */
function instantOf(created: string | number | null | undefined, recordTimestampMs: number): string {
  if (typeof created === "number") {
    return new Date(created < 1e11 ? created * MILLISECONDS_PER_SECOND : created).toISOString();
  }
  if (typeof created === "string") {
    const hasZone = /(?:[zZ]|[+-]\d{2}:?\d{2})$/.test(created);
    const parsed = Date.parse(hasZone ? created : `${created.replace(" ", "T")}Z`);
    if (!Number.isNaN(parsed)) return new Date(parsed).toISOString();
  }
  return new Date(recordTimestampMs).toISOString();
}
