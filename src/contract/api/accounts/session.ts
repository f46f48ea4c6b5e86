/** Who is signed in, in `/api/v1`. */
import { z } from "zod";

export const sessionSchema = z
  .object({
    person: z
      .object({
        id: z.string(),
        name: z.string(),
        email: z.string(),
        role: z.enum(["administrator", "editor", "viewer"]),
        secondFactor: z.boolean().describe("whether signing in takes a code"),
      })
      .nullable()
      .describe("null when nobody is signed in"),
    rights: z.array(z.enum(["read", "edit", "administer"])),
    setupNeeded: z.boolean().describe("true until there is an administrator"),
    signInMethods: z.object({
      password: z.literal(true),
      passkey: z.boolean(),
      oidc: z.array(z.object({ id: z.string(), name: z.string() })),
    }),
  })
  .describe("Who makes this request, and what they may do");
export type Session = z.infer<typeof sessionSchema>;
