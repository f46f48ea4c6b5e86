/** Rows of the outbox that their topic refused, in `/api/v1`. */
import { z } from "zod";
import { instantSchema, pageOf } from "../conventions.ts";

export const parkedRowListQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

export const parkedRowSchema = z
  .object({
    id: z.string(),
    topic: z.string(),
    key: z.string().nullable(),
    code: z.string(),
    reason: z.string(),
    parkedAt: instantSchema,
    valueBytes: z.int().nonnegative(),
  })
  .describe("A row that its topic refused");
export type ParkedRow = z.infer<typeof parkedRowSchema>;

/** Oldest first. */
export const parkedRowListSchema = pageOf(parkedRowSchema);
export type ParkedRowList = z.infer<typeof parkedRowListSchema>;
