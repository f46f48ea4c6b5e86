/** Subscribers of status pages in `/api/v1`. */
import { z } from "zod";
import { instantSchema, pageOf, pageQuery } from "../conventions.ts";

export const subscriberParametersSchema = z.strictObject({ slug: z.string().max(63), id: z.uuid() });

export const subscriberListQuerySchema = z.strictObject(pageQuery(1000, 100));

export const subscriberSchema = z
  .object({
    id: z.uuid(),
    kind: z.enum(["email", "webhook"]),
    address: z.string(),
    siteIds: z.array(z.uuid()).describe("empty for all sites of the page"),
    state: z
      .enum(["unconfirmed", "confirmed", "ended"])
      .describe("ended: nothing more is sent, because too many messages were refused"),
    askedAt: instantSchema,
    confirmedAt: instantSchema.nullable(),
  })
  .describe("Somebody who is told what a page announces");
export type SubscriberResource = z.infer<typeof subscriberSchema>;

export const subscriberListSchema = pageOf(subscriberSchema).extend({
  confirmed: z.int().nonnegative().describe("how many are told"),
});
export type SubscriberList = z.infer<typeof subscriberListSchema>;
