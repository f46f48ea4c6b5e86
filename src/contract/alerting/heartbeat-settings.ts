/** Schema of the section `heartbeat` of `sitewire.yaml`: the dead man's switch. */
import { z } from "zod";
import { durationSchema } from "../duration.ts";

const text = z.string().min(1);

export const heartbeatSchema = z.strictObject({
  url: text
    .refine((value) => /^https?:\/\//i.test(value) && URL.canParse(value), {
      error: "must be an http:// or https:// URL",
    })
    .optional()
    .describe("called by GET while results are recorded; a secret, best as ${ENV}"),
  every: durationSchema.prefault("1m").describe("how often it is called, and results are looked for"),
  after: durationSchema
    .prefault("5m")
    .describe(
      "the notifier itself alerts when no result was recorded for so long, and for three intervals of the site that is checked most often",
    ),
  site: text
    .optional()
    .describe("name, URL or id of the canary: only its results count; of any site when omitted"),
});

export type HeartbeatSettings = z.infer<typeof heartbeatSchema>;
