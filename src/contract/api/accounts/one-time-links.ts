/** Links that work once: the first administrator's, an invitation, and the way back in. */
import { z } from "zod";

const secretSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{20,100}$/)
  .describe("the part of the link after `=`");

export const linkQuestionSchema = z.strictObject({ secret: secretSchema });

export const linkSchema = z
  .object({
    kind: z.enum(["setup", "invitation", "reset"]),
    person: z.object({ name: z.string(), email: z.string() }).nullable().describe("null for `setup`"),
  })
  .describe("What a link does");
export type OneTimeLink = z.infer<typeof linkSchema>;

export const redeemSchema = z.strictObject({
  secret: secretSchema,
  password: z.string().max(1024).describe("15 to 256 characters, without any other rule"),
  name: z.string().min(1).max(200).optional().describe("for `setup`"),
  email: z.string().min(3).max(254).optional().describe("for `setup`"),
});
export type Redemption = z.infer<typeof redeemSchema>;

export const redeemedSchema = z
  .object({ email: z.string().describe("to sign in with") })
  .describe("The link was used");
