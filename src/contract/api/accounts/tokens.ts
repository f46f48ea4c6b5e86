/** API tokens, in `/api/v1`. */
import { z } from "zod";
import { instantSchema } from "../conventions.ts";

const scopeSchema = z.enum(["read", "edit", "administer"]);
const tagsSchema = z
  .array(z.string().min(1).max(100))
  .max(100)
  .nullable()
  .describe("sees only sites with one of these tags; null sees what its owner sees");

export const accessTokenSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    beginning: z.string().describe("such as `swt_Ab3d…`, to tell it from others"),
    scopes: z.array(scopeSchema),
    tags: tagsSchema,
    owner: z.object({ id: z.uuid(), name: z.string() }).nullable(),
    createdAt: instantSchema,
    expiresAt: instantSchema.nullable(),
    lastUsedAt: instantSchema.nullable(),
  })
  .describe("An API token");
export type AccessToken = z.infer<typeof accessTokenSchema>;

export const newTokenSchema = z.strictObject({
  name: z.string().min(1).max(200).describe("what it is for"),
  scopes: z.array(scopeSchema).min(1).max(3),
  tags: tagsSchema.default(null),
  expiresAt: instantSchema.nullable().describe("null: never"),
});
export type NewToken = z.input<typeof newTokenSchema>;

export const createdTokenSchema = accessTokenSchema.extend({
  token: z.string().describe("shown only now: keep it"),
});
export type CreatedToken = z.infer<typeof createdTokenSchema>;
