/** Routes and rotations outside `sitewire.yaml`: in the database, and in a file for `sitewire routes set`. */
import { z } from "zod";
import { routeSchema } from "./alert-settings.ts";
import { rotationSchema } from "./on-call-settings.ts";

const rotationsSchema = z.record(
  z.string().regex(/^[a-z0-9][a-z0-9-]*$/i, "must be letters, digits and hyphens"),
  rotationSchema,
);

/** As `sitewire.yaml` has them: durations are texts. */
export const storedRoutesSchema = z.strictObject({
  routes: z.array(routeSchema),
  onCall: rotationsSchema.default({}),
});

export type RoutesAndRotations = z.output<typeof storedRoutesSchema>;
export type WrittenRoute = z.input<typeof routeSchema>;
