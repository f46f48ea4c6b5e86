/** `sitewire routes`: show and set who is told of what. */
import type { Command } from "commander";
import { changedBy } from "../../changed-by.ts";
import { onDatabase } from "../../on-database.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";

export function addRoutesCommand(program: Command, terminal: Terminal): void {
  const routes = program.command("routes").description("show and set which channels receive which incidents");
  routes
    .command("show")
    .description("print the routes and on-call rotations of sitewire.yaml and of the database as JSON")
    .action(async (_options: unknown, command: Command) => {
      const { listRoutes } = await import("../../../apps/operations/alerting/alert-routes.ts");
      const { routesResources } = await import("../../../apps/wiring/alerting/channels.ts");
      const invocation = invocationOf(terminal, command.optsWithGlobals<GlobalOptions>());
      const listed = await onDatabase("routes", invocation, ({ context, database }) =>
        listRoutes(routesResources(context, database)),
      );
      terminal.stdout.write(`${JSON.stringify(listed, null, 2)}\n`);
    });
  routes
    .command("set")
    .description("replace the routes and rotations of the database by those of a file")
    .argument("<file>", "YAML or JSON with routes and onCall, as in sitewire.yaml")
    .action(async (file: string, _options: unknown, command: Command) => {
      const { listRoutes, saveRoutes } = await import("../../../apps/operations/alerting/alert-routes.ts");
      const { routesResources } = await import("../../../apps/wiring/alerting/channels.ts");
      const { readRoutesFile } = await import("../../../apps/wiring/alerting/routes-file.ts");
      const { recordChange } = await import("../../../apps/operations/accounts/audit.ts");
      const invocation = invocationOf(terminal, command.optsWithGlobals<GlobalOptions>());
      const by = changedBy(terminal);
      const count = await onDatabase("routes", invocation, async ({ context, database }) => {
        const given = readRoutesFile(context, file);
        const resources = routesResources(context, database);
        const before = await listRoutes(resources);
        await saveRoutes(resources, { ...given, by: by.actor.name, revision: before.revision });
        const after = await listRoutes(resources);
        const target = { kind: "routes", id: "routes", name: null };
        await recordChange(database, by, { action: "routes.changed", target, before, after });
        return given.routes.length;
      });
      terminal.stdout.write(`saved ${count} routes\n`);
    });
}
