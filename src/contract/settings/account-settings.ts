/** The schema of `accounts`: how people sign in. */
import { z } from "zod";
import { durationSchema } from "../duration.ts";
import { storableTextSchema } from "../storable-text.ts";

const text = storableTextSchema.min(1);
const LOOPBACK_ISSUER = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/;

const oidcProviderSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "must be lower-case letters, digits and hyphens")
      .describe("part of the address to register with the provider: <publicUrl>/api/auth/callback/<id>"),
    name: text.max(100).describe("name on the button"),
    issuer: z
      .url()
      .refine((url) => url.startsWith("https://") || LOOPBACK_ISSUER.test(url), "must be an https:// address")
      .describe(
        "the provider's address; its discovery document is at <issuer>/.well-known/openid-configuration",
      ),
    clientId: text.describe("client id, as the provider gives it"),
    clientSecret: text.describe("client secret; best as ${ENV}"),
    scopes: z.array(text).default([]).describe("scopes besides openid, email and profile"),
    newPeople: z
      .enum(["refuse", "viewer", "editor", "administrator"])
      .default("refuse")
      .describe("role of people who sign in for the first time; refuse admits only those who were invited"),
  })
  .describe("An OpenID Connect provider");

export const accountSettingsSchema = z.strictObject({
  secret: text
    .min(32)
    .optional()
    .describe(
      "signs cookies and encrypts second factors, the same for all server processes; default: one that the database keeps",
    ),
  sessionLifetime: durationSchema.optional().describe("time after which people sign in again; default 14d"),
  oidc: z.array(oidcProviderSchema).default([]).describe("OpenID Connect providers"),
});
