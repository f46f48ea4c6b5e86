/** The incident settings of a site: `tags`, `incident` and `dependsOn`. */
import { z } from "zod";
import { storableTextSchema } from "../storable-text.ts";

export const tagsSchema = z
  .array(storableTextSchema.min(1).max(100))
  .max(50)
  .describe("labels for routing alerts and planning maintenance");

export const incidentSettingsSchema = z
  .strictObject({
    after: z
      .int()
      .min(1)
      .max(100)
      .optional()
      .describe("consecutive failed slots that open an incident; default 2"),
    recoverAfter: z
      .int()
      .min(1)
      .max(100)
      .optional()
      .describe("consecutive good slots that resolve an incident; default 2"),
    quorum: z
      .union([z.enum(["any", "majority", "all"]), z.int().min(1).max(1000)])
      .optional()
      .describe("how many of the locations that observed a slot must agree; default majority"),
  })
  .describe("When failures of this site become an incident");

export const dependsOnSchema = storableTextSchema
  .min(1)
  .max(4096)
  .describe(
    "name or URL of a site that this one depends on: while that one is down, messages about this one are held back",
  );

export type IncidentSettings = z.infer<typeof incidentSettingsSchema>;
