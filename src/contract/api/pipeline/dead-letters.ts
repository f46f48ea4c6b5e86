/** Messages that could not be recorded, in `/api/v1`. */
import { z } from "zod";
import { pageOf } from "../conventions.ts";

/** Longer values are cut. */
export const DEAD_LETTER_VALUE_LENGTH = 4096;

export const deadLetterListQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

export const deadLetterSchema = z
  .object({
    id: z.string().describe("`partition-offset` in the dead-letter topic"),
    origin: z
      .object({
        topic: z.string(),
        partition: z.int(),
        offset: z.string(),
        code: z.string(),
        reason: z.string(),
        diedAt: z.string(),
      })
      .nullable()
      .describe("null when another program wrote the message"),
    key: z.string().nullable(),
    value: z.string().nullable().describe(`as text, at most ${DEAD_LETTER_VALUE_LENGTH} characters`),
    valueBytes: z.int().nonnegative(),
  })
  .describe("A message that could not be recorded");
export type DeadLetter = z.infer<typeof deadLetterSchema>;

/** Open ones, oldest first within each partition. */
export const deadLetterListSchema = pageOf(deadLetterSchema);
export type DeadLetterList = z.infer<typeof deadLetterListSchema>;

export const settleRequestSchema = z.strictObject({
  ids: z.array(z.string().min(1).max(50)).min(1).max(10_000).or(z.literal("all")),
});
export type SettleRequest = z.input<typeof settleRequestSchema>;

export const settleAnswerSchema = z.object({ count: z.int().nonnegative() });
export type SettleAnswer = z.infer<typeof settleAnswerSchema>;
