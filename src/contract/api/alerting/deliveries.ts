/** Messages about incidents, sent and to be sent, in `/api/v1`. */
import { z } from "zod";
import { instantSchema, pageOf, pageQuery } from "../conventions.ts";

export const deliveryKindSchema = z.enum([
  "opened",
  "escalated",
  "reminder",
  "worsened",
  "acknowledged",
  "resolved",
]);

const deliveryStateSchema = z.enum(["waiting", "sending", "sent", "failed", "cancelled"]);

export const deliveryListQuerySchema = z.strictObject({
  ...pageQuery(500, 100),
  incident: z.uuid().optional(),
  channel: z.string().max(100).optional(),
  state: deliveryStateSchema.optional(),
});
export type DeliveryListQuery = z.input<typeof deliveryListQuerySchema>;

export const deliverySchema = z
  .object({
    id: z.uuid(),
    incident: z.object({ id: z.uuid(), siteId: z.uuid(), siteName: z.string().nullable(), url: z.string() }),
    target: z.string().describe("a channel, or `on-call:<rotation>`"),
    channel: z.string(),
    kind: deliveryKindSchema,
    state: deliveryStateSchema,
    dueAt: instantSchema,
    sentAt: instantSchema.nullable(),
    attempts: z.int().nonnegative().describe("failed attempts"),
    reason: z.string().nullable().describe("why it waits, failed or was cancelled"),
    createdAt: instantSchema,
  })
  .describe("A message about an incident to one channel");
export type Delivery = z.infer<typeof deliverySchema>;

/** Newest first. */
export const deliveryListSchema = pageOf(deliverySchema);
export type DeliveryList = z.infer<typeof deliveryListSchema>;
