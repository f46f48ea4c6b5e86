/**
 * The message on `sitewire.checks`: the result of one check, version 1. New versions only add optional fields. A reader
 * drops unknown fields and refuses a newer major version (see cloud-events.ts).
 */
import { z } from "zod";
import { DAY_MS } from "../duration.ts";
import { storableTextSchema as textSchema } from "../storable-text.ts";
import { checkErrorCodeSchema } from "./check-error-code.ts";
import { responseEvidenceSchema } from "./response-evidence.ts";

/** ISO 8601 in UTC with milliseconds, the format of `Date.prototype.toISOString`. */
const instantSchema = z.iso.datetime({ precision: 3 });

/** No check takes longer than a day: its attempts share the time until the next slot. */
const millisecondsSchema = z.number().nonnegative().max(DAY_MS);
/** Larger than any page, and small enough that sums stay exact in a double. */
const MOST_BYTES = 2 ** 40;
const MOST_ATTEMPTS = 1000;

const verdictSchema = z
  .enum(["up", "degraded", "down"])
  .describe("up: all expectations hold; degraded: reachable but not as expected; down: confirmed failure");

/** Phases of a check, milliseconds; null when the phase did not take place. Their sum is `totalMs`. */
const timingsSchema = z.object({
  dnsMs: millisecondsSchema.nullable(),
  connectMs: millisecondsSchema.nullable(),
  tlsMs: millisecondsSchema.nullable(),
  firstByteMs: millisecondsSchema.nullable(),
  downloadMs: millisecondsSchema.nullable(),
  totalMs: millisecondsSchema,
});

const checkErrorSchema = z.object({ code: checkErrorCodeSchema, message: textSchema.max(1000) });

/** One failed expectation, with the expected and the actual value, shortened. */
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
    location: textSchema.min(1).max(64).describe("location of the monitor"),
    slot: instantSchema.describe("the scheduled instant of this result"),
    url: textSchema.min(1).max(4096),
    siteName: textSchema.max(200).nullish(),
    checkedAt: instantSchema.describe("when the check actually began"),
    verdict: verdictSchema,
    statusCode: z.int().min(100).max(999).nullable(),
    responseTimeMs: millisecondsSchema.nullable(),
    timings: timingsSchema.nullable(),
    regexpMatched: z.boolean().nullable().describe("null when the site has no regular expression"),
    error: checkErrorSchema.nullable(),
    bytes: z.int().nonnegative().max(MOST_BYTES).nullable().describe("decoded body bytes read"),
    attempts: z.int().nonnegative().max(MOST_ATTEMPTS).describe("attempts made, including retries"),
    certificateExpiresAt: instantSchema.nullable().describe("earliest expiry in the certificate chain"),
    remoteAddress: textSchema.max(64).nullable(),
    protocol: z.enum(["http/1.1", "h2"]).nullish(),
    intervalMs: z.int().positive().max(DAY_MS).nullish().describe("the site's interval when it was checked"),
    tlsVerified: z.boolean().nullish().describe("false when certificate verification was disabled"),
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
      .describe("the certificate chain with the expiry certificateExpiresAt, the server's certificate first"),
    timingUncertaintyMs: millisecondsSchema
      .nullish()
      .describe("set when the monitor was busy and the times are too long by up to this many milliseconds"),
    irregularities: z
      .array(textSchema.max(300))
      .max(20)
      .nullish()
      .describe("accepted deviations of the response from the standards"),
    uplinkDown: z
      .boolean()
      .nullish()
      .describe("true when the monitor reached none of its reference addresses: the site was not observed"),
    evidence: responseEvidenceSchema
      .nullish()
      .describe("set when a failure begins or changes, hourly while it lasts, and at recovery"),
  })
  .describe("The result of one website check");

export type Verdict = z.infer<typeof verdictSchema>;
export type Timings = z.infer<typeof timingsSchema>;
export type CheckError = z.infer<typeof checkErrorSchema>;
export type FailedExpectation = z.infer<typeof failedExpectationSchema>;
export type ChainCertificate = z.infer<typeof chainCertificateSchema>;
export type CheckResult = z.infer<typeof checkResultSchema>;
