/**
 * The message on `sitewire.checks`: one check's result, version 1. It evolves by adding optional fields only;
 * a reader drops fields it does not know and refuses a newer major version (see cloud-events.ts).
 */
import { z } from "zod";
import { checkErrorCodeSchema } from "./check-error-code.ts";
import { DAY_MS } from "./duration.ts";
import { storableTextSchema as textSchema } from "./storable-text.ts";

/** ISO 8601 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
const instantSchema = z.iso.datetime({ precision: 3 });

/** No check runs for longer than a day: its attempts share the time until the next slot. */
const millisecondsSchema = z.number().nonnegative().max(DAY_MS);
/** More than any page has, and far from where sums of it lose a byte. */
const MOST_BYTES = 2 ** 40;
const MOST_ATTEMPTS = 1000;

const verdictSchema = z
  .enum(["up", "degraded", "down"])
  .describe("up: all expectations held; degraded: reachable but not as wished; down: confirmed failed");

/** Phases of a check, milliseconds; null where the phase did not take place. They add up to `totalMs`. */
const timingsSchema = z.object({
  dnsMs: millisecondsSchema.nullable(),
  connectMs: millisecondsSchema.nullable(),
  tlsMs: millisecondsSchema.nullable(),
  firstByteMs: millisecondsSchema.nullable(),
  downloadMs: millisecondsSchema.nullable(),
  totalMs: millisecondsSchema,
});

const checkErrorSchema = z.object({ code: checkErrorCodeSchema, message: textSchema.max(1000) });

/** One expectation that did not hold: what was expected and what was found, shortened. */
const failedExpectationSchema = z.object({
  expectation: textSchema.max(100),
  expected: textSchema.max(500),
  found: textSchema.max(500),
});

/** One certificate of a server's chain; names as OpenSSL prints them, on one line. */
const chainCertificateSchema = z.object({
  subject: textSchema.max(300),
  issuer: textSchema.max(300),
  validFrom: instantSchema,
  validTo: instantSchema,
});

export const checkResultSchema = z
  .object({
    siteId: z.uuid().describe("UUID of the site"),
    location: textSchema.min(1).max(64).describe("where the monitor ran"),
    slot: instantSchema.describe("the scheduled instant this result stands for"),
    url: textSchema.min(1).max(4096),
    siteName: textSchema.max(200).nullish(),
    checkedAt: instantSchema.describe("when the check really began"),
    verdict: verdictSchema,
    statusCode: z.int().min(100).max(999).nullable(),
    responseTimeMs: millisecondsSchema.nullable(),
    timings: timingsSchema.nullable(),
    regexpMatched: z.boolean().nullable().describe("null when the site has no regular expression"),
    error: checkErrorSchema.nullable(),
    bytes: z.int().nonnegative().max(MOST_BYTES).nullable().describe("decoded body bytes read"),
    attempts: z.int().nonnegative().max(MOST_ATTEMPTS).describe("attempts made, retries included"),
    certificateExpiresAt: instantSchema.nullable().describe("earliest expiry in the certificate chain"),
    remoteAddress: textSchema.max(64).nullable(),
    protocol: z.enum(["http/1.1", "h2"]).nullish(),
    intervalMs: z.int().positive().max(DAY_MS).nullish().describe("the site's interval when it was checked"),
    tlsVerified: z.boolean().nullish().describe("false when certificate verification was switched off"),
    bodyTruncated: z
      .boolean()
      .nullish()
      .describe("true when the body was searched only as far as maxBodyBytes"),
    failedExpectations: z.array(failedExpectationSchema).max(50).nullish(),
    failedAttempts: z.array(checkErrorSchema).max(20).nullish().describe("the error of every failed attempt"),
    certificateChain: z
      .array(chainCertificateSchema)
      .max(10)
      .nullish()
      .describe(
        "the chain that certificateExpiresAt is the earliest expiry of, the server's certificate first",
      ),
    timingUncertaintyMs: millisecondsSchema
      .nullish()
      .describe(
        "set where the times can't be trusted, since the monitor was busy: the site took up to so much less",
      ),
    irregularities: z
      .array(textSchema.max(300))
      .max(20)
      .nullish()
      .describe("what in the answer was not as the standards have it and was accepted all the same"),
  })
  .describe("The result of one website check");

export type Verdict = z.infer<typeof verdictSchema>;
export type Timings = z.infer<typeof timingsSchema>;
export type CheckError = z.infer<typeof checkErrorSchema>;
export type FailedExpectation = z.infer<typeof failedExpectationSchema>;
export type ChainCertificate = z.infer<typeof chainCertificateSchema>;
export type CheckResult = z.infer<typeof checkResultSchema>;
