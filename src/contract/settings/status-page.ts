/** A status page: which sites the public sees, under which names, and how the page looks. */
import { z } from "zod";
import { storableTextSchema } from "../storable-text.ts";

const text = storableTextSchema.min(1);

const statusPageLanguages = ["en", "de"] as const;

/** 32 KiB: the page is small, and stays so. */
const LOGO_CHARACTERS = 32_768;

const shownSiteSchema = z.strictObject({
  site: text.max(4096).describe("id, name or URL of the site"),
  name: text.max(200).optional().describe("name on the page; the site's own name when omitted"),
  description: text.max(500).optional().describe("one line below the name"),
});

const groupSchema = z
  .strictObject({
    name: text.max(200).optional().describe("heading of the group"),
    sites: z.array(shownSiteSchema).max(1000).default([]).describe("sites of the group, in this order"),
    tags: z.array(text).max(50).default([]).describe("adds every site with one of these tags, by name"),
  })
  .describe("Sites under one heading");

const subscriptionsSchema = z
  .strictObject({
    email: text
      .max(100)
      .optional()
      .describe("name of the e-mail channel that sends messages to subscribers; none by e-mail without it"),
    webhooks: z.boolean().default(false).describe("true sends messages to webhooks of subscribers too"),
  })
  .describe("visitors may subscribe to what the page announces");

export const statusPageSchema = z
  .strictObject({
    slug: z
      .string()
      .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, "must be lower-case letters, digits and hyphens")
      .refine((slug) => slug !== "assets", "is taken; choose another name")
      .describe("the page's address is /status/SLUG"),
    title: text.max(200).describe("title of the page"),
    description: text.max(1000).optional().describe("a sentence below the title"),
    hostNames: z
      .array(z.string().regex(/^[a-z0-9.-]{1,253}$/, "must be a host name in lower case, without a port"))
      .max(10)
      .default([])
      .describe("host names that show this page at /"),
    homepage: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe("where the title leads"),
    logo: z
      .string()
      .max(LOGO_CHARACTERS)
      .regex(
        /^data:image\/(?:png|jpeg|webp|svg\+xml);base64,[A-Za-z0-9+/=]+$/,
        "must be a data: URL of a PNG, JPEG, WebP or SVG image",
      )
      .optional()
      .describe("image beside the title, as a data: URL of at most 32 KiB"),
    accent: z
      .string()
      .regex(/^#[0-9a-f]{6}$/i, "must be a colour such as #2563eb")
      .optional()
      .describe("colour of links and of the line above the title"),
    language: z.enum(statusPageLanguages).default("en").describe("language of the page"),
    visibility: z
      .enum(["public", "password", "signed-in"])
      .default("public")
      .describe("who sees the page: everyone, who knows its password, or who is signed in"),
    groups: z.array(groupSchema).min(1).max(100).describe("what the page shows"),
    days: z.int().min(7).max(90).default(90).describe("length of the history, UTC days"),
    responseTimes: z.boolean().default(false).describe("true shows the response time of each site"),
    detectedIncidents: z
      .boolean()
      .default(true)
      .describe("false shows only incidents that people write about"),
    subscriptions: subscriptionsSchema.optional(),
  })
  .describe("A page that tells the public how its sites are");

export type StatusPage = z.infer<typeof statusPageSchema>;

/** A status page of a file, which holds its password too. */
export const configuredStatusPageSchema = statusPageSchema
  .extend({ password: text.max(1000).optional().describe("password of the page, such as ${PAGE_PASSWORD}") })
  .refine(({ visibility, password }) => visibility !== "password" || password !== undefined, {
    path: ["password"],
    error: "is missing, but visibility is password",
  });
export type StatusPageLanguage = StatusPage["language"];

export const noticeStateSchema = z.enum(["investigating", "identified", "monitoring", "resolved"]);
export type NoticeState = z.infer<typeof noticeStateSchema>;

export const noticeImpactSchema = z.enum(["none", "minor", "major", "critical"]);
export type NoticeImpact = z.infer<typeof noticeImpactSchema>;
