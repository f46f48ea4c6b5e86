/** Channels to a person's telephone or mailbox, and to programs. */
import { z } from "zod";
import { address, secret, serviceAddress, template, text } from "./fields.ts";

export const webhookSettingsSchema = z
  .strictObject({
    type: z.literal("webhook"),
    url: address("receives each message as a POST of JSON; may hold a secret"),
    secret: secret("signs each message (Standard Webhooks)").optional(),
    headers: z.record(z.string(), z.string()).default({}).describe("sent with each message"),
    body: z
      .string()
      .min(1)
      .max(20_000)
      .optional()
      .describe("own body: Liquid; JSON unless headers give another content-type"),
    template,
  })
  .describe("Any HTTP endpoint");

export const appriseSettingsSchema = z
  .strictObject({
    type: z.literal("apprise"),
    url: address("the Apprise API, such as http://apprise:8000"),
    key: secret("name of a configuration that the Apprise API keeps").optional(),
    urls: secret("Apprise URLs to notify, where no key is given").optional(),
    tag: text.optional().describe("only the services of the configuration with this tag"),
    template,
  })
  .refine(({ key, urls }) => (key === undefined) !== (urls === undefined), {
    error: "needs either key or urls",
  })
  .describe("Apprise API, which opens more than a hundred other services");

export const ntfySettingsSchema = z
  .strictObject({
    type: z.literal("ntfy"),
    topic: z
      .string()
      .regex(/^[-_A-Za-z0-9]{1,64}$/, "must be letters, digits, hyphens and underscores")
      .describe("topic to publish to"),
    token: secret("access token").optional(),
    url: serviceAddress("https://ntfy.sh"),
    template,
  })
  .describe("ntfy push notification");

export const pushoverSettingsSchema = z
  .strictObject({
    type: z.literal("pushover"),
    token: secret("the application's token"),
    userKey: secret("key of the user or group"),
    device: text.optional().describe("only this device"),
    url: serviceAddress("https://api.pushover.net"),
    template,
  })
  .describe("Pushover push notification");

export const twilioSettingsSchema = z
  .strictObject({
    type: z.literal("twilio"),
    account: text.describe("account SID"),
    token: secret("auth token"),
    from: text.describe("sender's number such as +4930123456, or the SID of a messaging service (MG…)"),
    to: text.describe("receiver's number such as +4930123456"),
    url: serviceAddress("https://api.twilio.com"),
    template,
  })
  .describe("SMS by Twilio");

const oauth2Schema = z
  .strictObject({
    clientId: text.optional().describe("of the application that is registered with the provider"),
    clientSecret: secret("the application's secret").optional(),
    refreshToken: secret("gets a new access token when the old one has expired").optional(),
    accessToken: secret("used as it is where no refresh token is given").optional(),
    tokenUrl: address("where access tokens are got").optional(),
  })
  .refine(
    ({ refreshToken, accessToken, clientId, tokenUrl }) =>
      refreshToken === undefined
        ? accessToken !== undefined
        : clientId !== undefined && tokenUrl !== undefined,
    { error: "needs an accessToken, or refreshToken, clientId and tokenUrl" },
  )
  .describe("logs in by XOAUTH2");

export const emailSettingsSchema = z
  .strictObject({
    type: z.literal("email"),
    host: text.describe("SMTP server"),
    port: z.coerce.number().int().min(1).max(65_535).default(587).describe("its port"),
    tls: z
      .enum(["implicit", "starttls", "none"])
      .default("starttls")
      .describe("implicit: TLS from the first byte (465); starttls: refused where the server has none"),
    ca: text.optional().describe("certificate authority of the server: PEM text"),
    user: text.optional().describe("logs in where it is given"),
    password: secret("the user's password").optional(),
    oauth2: oauth2Schema.optional(),
    from: text.describe("sender's address"),
    to: z.array(text).min(1).describe("receivers' addresses"),
    template,
  })
  .describe("E-mail by SMTP; the messages of one incident are one conversation");

export type WebhookSettings = z.infer<typeof webhookSettingsSchema>;
export type AppriseSettings = z.infer<typeof appriseSettingsSchema>;
export type NtfySettings = z.infer<typeof ntfySettingsSchema>;
export type PushoverSettings = z.infer<typeof pushoverSettingsSchema>;
export type TwilioSettings = z.infer<typeof twilioSettingsSchema>;
export type EmailSettings = z.infer<typeof emailSettingsSchema>;
