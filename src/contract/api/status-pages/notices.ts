/** What people write on status pages, in `/api/v1`. */
import { z } from "zod";
import { noticeImpactSchema, noticeStateSchema } from "../../settings/status-page.ts";
import { storableTextSchema } from "../../storable-text.ts";
import { instantSchema, pageOf } from "../conventions.ts";

const text = storableTextSchema.min(1);

export const noticeParametersSchema = z.strictObject({ slug: z.string().max(63), id: z.uuid() });

export const noticeListQuerySchema = z.strictObject({
  since: instantSchema.optional().describe("leaves out what was resolved before; 90 days ago by default"),
});

const content = {
  title: text.max(300).describe("what is the matter, in a few words"),
  impact: noticeImpactSchema.default("major"),
  sites: z.array(text.max(4096)).max(1000).default([]).describe("sites of the page, by id, name or URL"),
  incidentId: z
    .uuid()
    .nullable()
    .default(null)
    .describe("the detected incident that it is about: the page shows the notice in its place"),
};

export const newNoticeUpdateSchema = z.strictObject({
  state: noticeStateSchema.describe("`resolved` ends the notice, any other state opens it again"),
  text: text.max(20_000).describe("what you know, for the visitors of the page"),
});
export type NewNoticeUpdate = z.input<typeof newNoticeUpdateSchema>;

export const newNoticeSchema = z.strictObject({
  ...content,
  state: noticeStateSchema.default("investigating"),
  text: newNoticeUpdateSchema.shape.text,
});
export type NewNotice = z.input<typeof newNoticeSchema>;

export const noticeChangeSchema = z.strictObject(content);
export type NoticeChange = z.input<typeof noticeChangeSchema>;

export const noticeSchema = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    title: z.string(),
    impact: noticeImpactSchema,
    state: noticeStateSchema.describe("of the last update"),
    siteIds: z.array(z.uuid()),
    incidentId: z.uuid().nullable(),
    since: instantSchema,
    resolvedAt: instantSchema.nullable(),
    updates: z
      .array(z.object({ state: noticeStateSchema, text: z.string(), at: instantSchema, by: z.string() }))
      .describe("oldest first; `by` is not shown on the page"),
    revision: z.int().positive().describe("the ETag, in quotes"),
  })
  .describe("What people write about an incident");
export type NoticeResource = z.infer<typeof noticeSchema>;

export const noticeListSchema = pageOf(noticeSchema);
export type NoticeList = z.infer<typeof noticeListSchema>;
