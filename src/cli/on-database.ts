/** Runs a command's work on the configured database. Loads the services only when it is called. */
import type { ChosenDatabase } from "../apps/wiring/databases.ts";
import type { AppContext, Invocation } from "../apps/wiring/invocation.ts";

/** Throws what `withDatabase` throws, and what `work` throws. */
export async function onDatabase<T>(
  app: string,
  invocation: Invocation,
  work: (opened: ChosenDatabase & { readonly context: AppContext }) => Promise<T>,
): Promise<T> {
  const { startApp } = await import("../apps/wiring/invocation.ts");
  const { withDatabase } = await import("../apps/wiring/opening.ts");
  const context = startApp(app, invocation);
  return await withDatabase(context, async (opened) => await work({ ...opened, context }));
}
