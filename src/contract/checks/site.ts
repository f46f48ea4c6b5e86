/** A site as stored and scheduled. Intervals and timeouts are whole milliseconds. */
import { z } from "zod";
import {
  dependsOnSchema,
  type IncidentSettings,
  incidentSettingsSchema,
  tagsSchema,
} from "../alerting/incident-settings.ts";
import { DAY_MS, formatDuration } from "../duration.ts";
import { siteIdOf } from "../identity.ts";
import { storableTextSchema } from "../storable-text.ts";
import { type CheckOptions, checkOptionsSchema } from "./check-options.ts";

export const DEFAULT_INTERVAL_MS = 60_000;
const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Also refuses text that the WHATWG URL parser silently converts to another address: missing or extra slashes,
 * backslashes, tabs and line breaks.
 */
const HTTP_URL_PATTERN = /^https?:\/\/[^\s/\\?#][^\p{Cc}\\?#]*(?:[?#][^\p{Cc}]*)?$/iu;

const httpUrlSchema = storableTextSchema
  .max(4096)
  .refine((text) => HTTP_URL_PATTERN.test(text) && URL.canParse(text), {
    error: "must be an http:// or https:// URL, such as https://example.org/",
  });

function durationBetween(leastMs: number, mostMs: number): z.ZodType<number, number> {
  return z.int().refine((durationMs) => durationMs >= leastMs && durationMs <= mostMs, {
    error: `must be from ${formatDuration(leastMs)} to ${formatDuration(mostMs)}`,
  });
}

export const siteSchema = z.strictObject({
  id: z.uuid(),
  name: storableTextSchema.min(1).max(200).nullable(),
  url: httpUrlSchema,
  regexp: storableTextSchema.min(1).max(2000).nullable(),
  intervalMs: durationBetween(1000, DAY_MS).describe("time between two slots"),
  timeoutMs: durationBetween(1, 600_000).describe("deadline of one attempt, DNS included"),
  enabled: z.boolean(),
  options: checkOptionsSchema,
  tags: tagsSchema,
  incident: incidentSettingsSchema.nullable(),
  dependsOn: dependsOnSchema.nullable(),
});

export type Site = z.infer<typeof siteSchema>;

/** A site as users define it; `defineSite` adds the defaults. */
export interface SiteDefinition {
  readonly url: string;
  readonly name?: string | null | undefined;
  readonly regexp?: string | null | undefined;
  readonly intervalMs?: number | undefined;
  readonly timeoutMs?: number | undefined;
  readonly enabled?: boolean | undefined;
  readonly options?: CheckOptions | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly incident?: IncidentSettings | null | undefined;
  readonly dependsOn?: string | null | undefined;
}

/** Completes a definition with defaults and the derived id. Throws `z.ZodError`, which names each invalid field. */
export function defineSite(definition: SiteDefinition): Site {
  const url = httpUrlSchema.safeParse(definition.url);
  if (!url.success) {
    throw new z.ZodError(url.error.issues.map((issue) => ({ ...issue, path: ["url"] })));
  }
  const name = siteSchema.shape.name.safeParse(definition.name ?? null);
  if (!name.success) throw new z.ZodError(name.error.issues.map((issue) => ({ ...issue, path: ["name"] })));
  return siteSchema.parse({
    id: siteIdOf(definition),
    name: definition.name ?? null,
    url: definition.url,
    regexp: definition.regexp ?? null,
    intervalMs: definition.intervalMs ?? DEFAULT_INTERVAL_MS,
    timeoutMs: definition.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    enabled: definition.enabled ?? true,
    options: definition.options ?? {},
    tags: definition.tags ?? [],
    incident: definition.incident ?? null,
    dependsOn: definition.dependsOn ?? null,
  });
}
