/** Fields that the settings of several channels share. */
import { z } from "zod";

export const text = z.string().min(1);

/** A field whose name ends in `token`, `secret`, `password` or `key`, and every URL, is hidden from what a channel says. */
export const secret = (what: string) => text.describe(`${what}; a secret, best as \${ENV}`);

const webAddress = z.string().refine((value) => /^https?:\/\//i.test(value) && URL.canParse(value), {
  error: "must be an http:// or https:// URL",
});

export const address = (what: string) => webAddress.describe(what);

/** The URL that the service issues: anyone who knows it can post. */
export const secretAddress = webAddress.describe("the incoming webhook's URL; a secret, best as ${ENV}");

/** Where a service with a fixed address is reached; another one leads through a proxy. */
export const serviceAddress = (url: string) => webAddress.default(url).describe("where the service is");

export const template = z
  .strictObject({
    title: z.string().max(10_000).optional().describe("in place of the title: Liquid"),
    text: z.string().max(10_000).optional().describe("in place of the text: Liquid"),
  })
  .optional()
  .describe("own words; see docs/alerts.md for the fields");
