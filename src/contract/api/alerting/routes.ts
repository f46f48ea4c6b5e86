/** Alert routes in `/api/v1`: who is told of what. */
import { z } from "zod";
import { routeSchema } from "../../alerting/alert-settings.ts";
import { incidentKindSchema, severitySchema } from "../../alerting/incident-event.ts";
import { rotationSchema } from "../../alerting/on-call-settings.ts";
import type { WrittenRoute } from "../../alerting/stored-routes.ts";
import { storableTextSchema } from "../../storable-text.ts";
import { instantSchema } from "../conventions.ts";

/** Routes and rotations as `sitewire.yaml` has them: durations are texts such as `15m`. */
export type { WrittenRoute };
export type WrittenRotation = z.input<typeof rotationSchema>;

const sourceSchema = z.enum(["table", "file"]);
const written = z.record(z.string(), z.unknown()).describe("as in sitewire.yaml");

export const routeListSchema = z
  .object({
    items: z
      .array(z.object({ route: written, source: sourceSchema, editable: z.boolean() }))
      .describe("in the order in which they are tried: those of the file come first"),
    onCall: z.array(
      z.object({ name: z.string(), rotation: written, source: sourceSchema, editable: z.boolean() }),
    ),
    everyChannel: z.boolean().describe("true: there is no route, so every channel receives every incident"),
    revision: z.int().nonnegative().describe("the ETag, in quotes"),
  })
  .describe("Who is told of what");
type Listed = z.infer<typeof routeListSchema>;
/** The answer, with the types of what is written. */
export type RouteList = Omit<Listed, "items" | "onCall"> & {
  readonly items: readonly (Omit<Listed["items"][number], "route"> & { readonly route: WrittenRoute })[];
  readonly onCall: readonly (Omit<Listed["onCall"][number], "rotation"> & {
    readonly rotation: WrittenRotation;
  })[];
};

/** Replaces the routes and rotations of the table. */
export const routesRequestSchema = z.strictObject({
  routes: z.array(routeSchema).max(500),
  onCall: z
    .record(
      z
        .string()
        .max(100)
        .regex(/^[a-z0-9][a-z0-9-]*$/i),
      rotationSchema,
    )
    .default({})
    .describe("on-call rotations by name"),
});
export type RoutesRequest = z.input<typeof routesRequestSchema>;

export const explainRequestSchema = z.strictObject({
  site: storableTextSchema.min(1).max(4096).describe("id, name or URL"),
  at: instantSchema.nullable().default(null).describe("when the incident opens; null: now"),
  severity: severitySchema.default("down"),
  kind: incidentKindSchema.default("site"),
});
export type ExplainRequest = z.input<typeof explainRequestSchema>;

const toldSchema = {
  channels: z.array(z.string()),
  onCall: z.array(z.string()).describe("names of rotations"),
};

export const explanationSchema = z
  .object({
    site: z.object({
      id: z.string(),
      name: z.string().nullable(),
      url: z.string(),
      tags: z.array(z.string()),
    }),
    routes: z.array(
      z.object({
        path: z.string().describe("place in the tree, such as `2.1`"),
        taken: z.boolean(),
        reason: z.string(),
        ...toldSchema,
        waitMs: z.number(),
        repeatEveryMs: z.number().nullable(),
        escalate: z.array(z.object({ afterMs: z.number(), ...toldSchema })),
        people: z
          .array(
            z.object({
              rotation: z.string(),
              at: instantSchema,
              person: z.string().nullable(),
              channels: z.array(z.string()),
              untilAt: instantSchema.nullable(),
            }),
          )
          .describe("who is on call when a message is due"),
      }),
    ),
    maintenance: z
      .object({ name: z.string(), untilAt: instantSchema })
      .nullable()
      .describe("holds the messages back"),
  })
  .describe("Who would be told, and why");
export type Explanation = z.infer<typeof explanationSchema>;
