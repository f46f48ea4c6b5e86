/** Alert channels in `/api/v1`. */
import { z } from "zod";
import { instantSchema, pageOf } from "../conventions.ts";
import { deliveryKindSchema } from "./deliveries.ts";

/** As the names in `sitewire.yaml`. */
export const channelNameSchema = z
  .string()
  .max(100)
  .regex(/^[a-z0-9][a-z0-9-]*$/i, "must be letters, digits and hyphens");

export const channelParametersSchema = z.strictObject({ name: channelNameSchema });

/** The fields of the type, as `GET /channel-types` describes them. A mistake answers 422 with `errors`. */
const channelSettingsSchema = z
  .looseObject({ type: z.string().min(1).max(50) })
  .describe(
    "type and its fields; in a change a secret that is left out, or sent as it was shown, stays as it is; null removes it",
  );

export const newChannelSchema = z.strictObject({ name: channelNameSchema, settings: channelSettingsSchema });
export type NewChannel = z.input<typeof newChannelSchema>;

export const channelChangeSchema = z.strictObject({ settings: channelSettingsSchema });
export type ChannelChange = z.input<typeof channelChangeSchema>;

export const channelSchema = z
  .object({
    name: z.string(),
    type: z.string(),
    settings: z.record(z.string(), z.unknown()).describe("secrets are `***`, of a secret URL its path"),
    secrets: z
      .array(z.string())
      .describe("names of the secret fields that are set, such as `oauth2.clientSecret`"),
    source: z.enum(["table", "file"]),
    editable: z.boolean(),
    problem: z.string().nullable().describe("why the notifier cannot use it"),
    lastDelivery: z
      .object({
        kind: deliveryKindSchema,
        state: z.enum(["sent", "failed"]),
        at: instantSchema.describe("when it was sent, or tried for the last time"),
        reason: z.string().nullable(),
      })
      .nullable()
      .describe("the newest message that was sent or given up"),
    updatedAt: instantSchema.nullable(),
    updatedBy: z.string().nullable(),
    revision: z.int().nonnegative().describe("the ETag, in quotes"),
  })
  .describe("A way to reach people");
export type Channel = z.infer<typeof channelSchema>;

export const channelListSchema = pageOf(channelSchema);
export type ChannelList = z.infer<typeof channelListSchema>;

export const channelTestSchema = z.object({
  sent: z.boolean(),
  reason: z.string().nullable().describe("the service's reason when it did not take the message"),
});
export type ChannelTest = z.infer<typeof channelTestSchema>;

export const channelPreviewRequestSchema = z
  .strictObject({
    name: channelNameSchema.optional().describe("a channel that is saved"),
    settings: channelSettingsSchema.optional().describe("in place of the saved ones; its secrets are kept"),
    kind: deliveryKindSchema.default("opened"),
  })
  .refine(({ name, settings }) => name !== undefined || settings !== undefined, {
    error: "give name or settings",
    path: ["name"],
  });
export type ChannelPreviewRequest = z.input<typeof channelPreviewRequestSchema>;

export const channelPreviewSchema = z.object({
  message: z.string().describe("what would be sent, without secrets"),
});
export type ChannelPreview = z.infer<typeof channelPreviewSchema>;

export const channelTypesSchema = pageOf(
  z.object({
    type: z.string(),
    description: z.string(),
    schema: z.record(z.string(), z.unknown()).describe("JSON Schema of the settings"),
    secrets: z.array(z.string()).describe("names of the fields that are secret"),
  }),
);
export type ChannelTypes = z.infer<typeof channelTypesSchema>;
