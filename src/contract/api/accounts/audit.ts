/** The audit log, in `/api/v1`. */
import { z } from "zod";
import { instantSchema, pageOf, pageQuery } from "../conventions.ts";

export const auditEntrySchema = z
  .object({
    id: z.string(),
    at: instantSchema,
    actor: z.object({
      kind: z.enum(["person", "token", "anyone", "command line", "server"]),
      id: z.string().nullable(),
      name: z.string(),
    }),
    address: z.string().nullable().describe("where the request came from"),
    action: z.string().describe("such as `site.changed`"),
    target: z.object({ kind: z.string(), id: z.string(), name: z.string().nullable() }),
    before: z.unknown().describe("without secrets; null when it was made"),
    after: z.unknown().describe("without secrets; null when it was removed"),
  })
  .describe("Who changed what");
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export const auditQuerySchema = z.strictObject({
  ...pageQuery(500, 50),
  actor: z.string().max(200).optional().describe("name or id of who made the change"),
  action: z.string().max(100).optional().describe("such as `site.changed`, or `site` for all of its actions"),
  target: z.string().max(500).optional().describe("name or id of what was changed"),
  from: instantSchema.optional(),
  to: instantSchema.optional(),
});

export const auditPageSchema = pageOf(auditEntrySchema);
export type AuditPage = z.infer<typeof auditPageSchema>;
