/** What a status page announces to its subscribers: stored as JSON, and sent as JSON to webhooks. */
import { z } from "zod";
import { noticeImpactSchema, noticeStateSchema } from "../settings/status-page.ts";

const millisecondsSchema = z.number();

export const announcementContentSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("incident"),
    /** The anchor of the incident on the page. */
    id: z.string(),
    /** Null for a detected incident that nobody has written about. */
    title: z.string().nullable(),
    impact: noticeImpactSchema,
    state: noticeStateSchema,
    /** What people wrote; null for a detected incident. */
    text: z.string().nullable(),
    /** Names on the page. */
    sites: z.array(z.string()).readonly(),
    atMs: millisecondsSchema,
  }),
  z.object({
    kind: z.literal("maintenance"),
    id: z.string(),
    title: z.string(),
    /** Names on the page; empty when all sites are concerned. */
    sites: z.array(z.string()).readonly(),
    fromMs: millisecondsSchema,
    untilMs: millisecondsSchema,
  }),
]);

export type AnnouncementContent = z.infer<typeof announcementContentSchema>;
