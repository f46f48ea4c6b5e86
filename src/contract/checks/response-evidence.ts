/** The response that a result judges, as it is kept on the message of a result. */
import { z } from "zod";
import { storableTextSchema as textSchema } from "../storable-text.ts";

/** Size of the kept body, bytes of UTF-8. */
export const EVIDENCE_BODY_BYTES = 2048;
export const EVIDENCE_HEADERS = 20;
export const EVIDENCE_REDIRECTS = 20;
export const EVIDENCE_URL_LENGTH = 500;
export const EVIDENCE_HEADER_VALUE_LENGTH = 300;

/** The response that a result judges, without secrets. Every part is bounded, together below 32 KiB. */
export const responseEvidenceSchema = z
  .object({
    headers: z
      .array(z.object({ name: textSchema.max(100), value: textSchema.max(EVIDENCE_HEADER_VALUE_LENGTH) }))
      .max(EVIDENCE_HEADERS)
      .describe("selected response headers"),
    body: textSchema
      .max(EVIDENCE_BODY_BYTES)
      .nullable()
      .describe("the first 2 KiB of the body; null for one that is no text"),
    bodyCut: z.boolean().describe("true when the body is longer"),
    redirects: z
      .array(textSchema.max(EVIDENCE_URL_LENGTH))
      .max(EVIDENCE_REDIRECTS)
      .describe("the URLs that redirects led to, in order"),
  })
  .describe("The response that was judged; secrets are [redacted]");

export type ResponseEvidence = z.infer<typeof responseEvidenceSchema>;
