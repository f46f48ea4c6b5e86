/** People, their sessions and passkeys, in `/api/v1`. */
import { z } from "zod";
import { instantSchema } from "../conventions.ts";

const roleSchema = z.enum(["administrator", "editor", "viewer"]);
const visibleTagsSchema = z
  .array(z.string().min(1).max(100))
  .max(100)
  .nullable()
  .describe("sees only sites with one of these tags; null sees all. Administrators see all");

export const personSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    email: z.string(),
    role: roleSchema,
    tags: visibleTagsSchema,
    active: z.boolean().describe("false until the invitation was used"),
    secondFactor: z.boolean(),
    passkeys: z.int(),
    createdAt: instantSchema,
    lastSignedInAt: instantSchema.nullable(),
  })
  .describe("A person who may sign in");
export type Person = z.infer<typeof personSchema>;

export const newPersonSchema = z.strictObject({
  name: z.string().min(1).max(200),
  email: z.string().min(3).max(254),
  role: roleSchema.default("viewer"),
  tags: visibleTagsSchema.default(null),
});
export type NewPerson = z.input<typeof newPersonSchema>;

export const personChangeSchema = z
  .strictObject({ name: z.string().min(1).max(200), role: roleSchema, tags: visibleTagsSchema })
  .partial();
export type PersonChange = z.infer<typeof personChangeSchema>;

export const issuedLinkSchema = z
  .object({
    person: personSchema,
    url: z.string().describe("to hand to the person; works once, and is shown only now"),
    expiresAt: instantSchema,
  })
  .describe("A link that sets a password");
export type IssuedLink = z.infer<typeof issuedLinkSchema>;

export const ownSessionSchema = z
  .object({
    id: z.uuid(),
    createdAt: instantSchema,
    expiresAt: instantSchema,
    address: z.string().nullable(),
    userAgent: z.string().nullable(),
    current: z.boolean().describe("true for the session that asks"),
  })
  .describe("A browser that is signed in");
export type OwnSession = z.infer<typeof ownSessionSchema>;

export const passkeySchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    createdAt: instantSchema,
    lastUsedAt: instantSchema.nullable(),
  })
  .describe("A passkey of one's own");
export type Passkey = z.infer<typeof passkeySchema>;
