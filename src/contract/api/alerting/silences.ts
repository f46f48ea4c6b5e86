/** Silences in `/api/v1`. */
import { z } from "zod";
import { storableTextSchema } from "../../storable-text.ts";
import { instantSchema, pageOf } from "../conventions.ts";

export const newSilenceSchema = z
  .strictObject({
    incidentId: z.uuid().nullable().default(null),
    site: storableTextSchema.min(1).max(4096).nullable().default(null).describe("id, name or URL"),
    tag: storableTextSchema.min(1).max(100).nullable().default(null),
    reason: storableTextSchema.min(1).max(1000),
    untilAt: instantSchema.nullable().default(null).describe("null, only for an incident: until it recovers"),
  })
  .refine(({ incidentId, site, tag }) => (incidentId ?? site ?? tag) !== null, {
    error: "give incidentId, site or tag",
    path: ["site"],
  })
  .refine(({ incidentId, untilAt }) => incidentId !== null || untilAt !== null, {
    error: "only a silence of one incident can last until recovery",
    path: ["untilAt"],
  });
export type NewSilence = z.input<typeof newSilenceSchema>;

export const silenceSchema = z
  .object({
    id: z.uuid(),
    incidentId: z.uuid().nullable(),
    site: z.string().nullable(),
    tag: z.string().nullable(),
    reason: z.string(),
    createdBy: z.string(),
    untilAt: instantSchema.nullable(),
  })
  .describe("Mutes what matches it");
export type Silence = z.infer<typeof silenceSchema>;

/** Active ones, oldest first. */
export const silenceListSchema = pageOf(silenceSchema);
export type SilenceList = z.infer<typeof silenceListSchema>;
