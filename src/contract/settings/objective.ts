/** Objectives of uptime, as a service level agreement names them. */
import { z } from "zod";
import { storableTextSchema } from "../storable-text.ts";

const text = storableTextSchema.min(1);
const PERCENTAGE = /^(\d{1,3}(?:[.,]\d{1,6})?)\s*%?$/;

/** Parses a percentage, such as "99.9 %" or 99.9, to a share of 1. */
export const objectiveSchema = z.union([z.string(), z.number()]).transform((given, context) => {
  const number = Number(PERCENTAGE.exec(String(given).trim())?.[1]?.replace(",", "."));
  if (!(number > 0 && number <= 100)) {
    context.addIssue({ code: "custom", message: 'must be a percentage above 0, such as "99.9 %"' });
    return z.NEVER;
  }
  // Eight decimals undo the error of the division.
  return Number((number / 100).toFixed(8));
});

export const objectiveEntrySchema = z
  .strictObject({
    objective: objectiveSchema.describe('uptime to reach, in per cent, such as "99.9 %"'),
    tags: z.array(text).default([]).describe("sites with one of these tags"),
    sites: z
      .array(text)
      .default([])
      .describe("sites, by name, URL or id; all sites when neither tags nor sites are given"),
  })
  .describe("An objective of uptime, for reports");

export type ObjectiveEntry = z.output<typeof objectiveEntrySchema>;
