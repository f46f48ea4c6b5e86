/** Runs the work of a command on the database that the command line names. Loads the services only then. */
import type { ChosenDatabase } from "../apps/wiring/databases.ts";
import type { AppContext, Invocation } from "../apps/wiring/invocation.ts";

/** Throws as `withDatabase` of the wiring does, and what the work throws. */
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
