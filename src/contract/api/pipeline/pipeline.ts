/** The pipeline as it is now, in `/api/v1`: monitors, outbox, relay, event log, consumer, database. */
import { z } from "zod";
import { instantSchema, millisecondsSchema } from "../conventions.ts";

const rate = z
  .number()
  .nonnegative()
  .nullable()
  .describe("measured between two readings; null after the first");
const count = z.int().nonnegative();

export const pipelineSchema = z
  .object({
    at: instantSchema,
    monitors: z
      .array(
        z.object({
          owner: z.string(),
          location: z.string(),
          shards: count,
          sites: count.describe("enabled sites of its shards"),
          seenAt: instantSchema.describe("when its lease was last known to be renewed, at the latest"),
        }),
      )
      .describe("monitors that share the sites of the table"),
    outbox: z.object({
      waiting: count,
      oldestAgeMs: millisecondsSchema.nullable(),
      parked: count,
      ratePerSecond: rate.describe("rows inserted"),
    }),
    relay: z
      .object({
        owners: z.array(z.object({ owner: z.string(), lanes: count })),
        ratePerSecond: rate.describe("rows published"),
      })
      .nullable()
      .describe("null where the database is the event log: nothing relays"),
    log: z.object({
      kind: z.enum(["kafka", "embedded"]),
      description: z.string(),
      topics: z.array(z.object({ name: z.string(), partitions: count, lag: count })),
      problem: z.string().nullable().describe("why it does not answer"),
    }),
    consumer: z.object({ lag: count.nullable(), ratePerSecond: rate.describe("results recorded") }),
    deadLetters: z.object({ open: count.nullable() }),
    database: z.object({ description: z.string() }),
    results: z.object({ ratePerSecond: rate, newestAt: instantSchema.nullable() }),
  })
  .describe("The pipeline as it is now");
export type Pipeline = z.infer<typeof pipelineSchema>;
