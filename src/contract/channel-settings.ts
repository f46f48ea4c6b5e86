/** How people are reached: the section `channels` of `sitewire.yaml`. One schema a type, told apart by `type`. */
import { z } from "zod";

const text = z.string().min(1);
const secret = (what: string) => text.describe(`${what}; a secret, best as \${ENV}`);
const webAddress = z.string().refine((value) => /^https?:\/\//i.test(value) && URL.canParse(value), {
  error: "must be an http:// or https:// URL",
});

const webhookSettingsSchema = z
  .strictObject({
    type: z.literal("webhook"),
    url: webAddress.describe("receives each message as a POST of JSON; may hold a secret"),
    secret: secret("signs each message (Standard Webhooks)").optional(),
    headers: z.record(z.string(), z.string()).default({}).describe("sent with each message"),
  })
  .describe("Any HTTP endpoint");

const slackSettingsSchema = z
  .strictObject({
    type: z.enum(["slack", "mattermost", "rocketchat"]),
    url: webAddress.describe("the incoming webhook's URL; a secret, best as ${ENV}"),
  })
  .describe("Slack, and what takes Slack's incoming webhooks");

const emailSettingsSchema = z
  .strictObject({
    type: z.literal("email"),
    host: text.describe("SMTP server"),
    port: z.coerce.number().int().min(1).max(65_535).default(587).describe("its port"),
    tls: z
      .enum(["implicit", "starttls", "none"])
      .default("starttls")
      .describe("implicit: TLS from the first byte (465); starttls: refused where the server has none"),
    user: text.optional().describe("logs in where it is given"),
    password: secret("the user's password").optional(),
    from: text.describe("sender's address"),
    to: z.array(text).min(1).describe("receivers' addresses"),
  })
  .describe("E-mail by SMTP");

export const channelSettingsSchema = z.discriminatedUnion("type", [
  webhookSettingsSchema,
  slackSettingsSchema,
  emailSettingsSchema,
]);

export type WebhookSettings = z.infer<typeof webhookSettingsSchema>;
export type SlackSettings = z.infer<typeof slackSettingsSchema>;
export type EmailSettings = z.infer<typeof emailSettingsSchema>;
export type ChannelSettings = z.infer<typeof channelSettingsSchema>;
