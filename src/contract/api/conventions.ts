/** What all resources of `/api/v1` share: how they write instants, fractions, lists and addresses. */
import { z } from "zod";

/** ISO 8601 in UTC. */
export const instantSchema = z.iso.datetime();

/** From 0 to 1. */
export const fractionSchema = z.number().min(0).max(1);

export const millisecondsSchema = z.number().nonnegative();

/** The path of one resource with a UUID. */
export const idParametersSchema = z.strictObject({ id: z.uuid() });

/** `limit` and `cursor` of a list; `mostItems` bounds the limit. */
export function pageQuery(mostItems: number, usualItems: number) {
  return {
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(mostItems)
      .default(usualItems)
      .describe("largest number of items"),
    cursor: z.string().min(1).max(500).optional().describe("`next` of the page before"),
  };
}

/** A page of a list. `next` is the cursor of the next page, null on the last one. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable(),
    total: z.int().nonnegative().optional(),
  });
}

/** A flag of a query string. */
export const queryFlagSchema = z.enum(["true", "false"]).transform((text) => text === "true");

/** A comma-separated list of a query string. */
export const queryListSchema = z
  .string()
  .max(2000)
  .transform((text) =>
    text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  );
