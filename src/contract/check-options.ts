/** How a site is checked beyond its URL, pattern and interval. Every option has a default: `{}` is a plain GET. */
import { z } from "zod";

export const checkOptionsSchema = z.strictObject({
  expectedStatus: z.string().optional().describe("codes and ranges, such as 200-399,401"),
});

export type CheckOptions = z.infer<typeof checkOptionsSchema>;
