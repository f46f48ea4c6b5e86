/** Routes and on-call rotations of sitewire.yaml and of the table. */
import type { RouteSettings } from "../../../contract/alerting/alert-settings.ts";
import {
  type RoutesAndRotations,
  storedRoutesSchema,
  type WrittenRoute,
} from "../../../contract/alerting/stored-routes.ts";
import { FailureError, UsageError } from "../../../contract/errors.ts";
import { formatPath, problemsOf } from "../../../contract/problems.ts";
import { givenRoutes } from "../../../core/alerting/routing/given-routes.ts";
import type { Rotations } from "../../../core/alerting/routing/on-call.ts";
import type { AlertSettingsStore, StoredRoutes } from "../../../core/alerting/routing/stored-settings.ts";
import { writtenRoute } from "../../../core/alerting/routing/written-routes.ts";

export interface RoutesResources {
  readonly alertSettings: AlertSettingsStore;
  readonly fileRoutes: readonly RouteSettings[];
  readonly fileOnCall: Rotations;
  /** Names of the channels of sitewire.yaml. */
  readonly fileChannels: readonly string[];
}

type Source = "table" | "file";

export interface ListedRoutes {
  /** In the order in which they are tried. */
  readonly routes: readonly { readonly route: WrittenRoute; readonly source: Source }[];
  readonly onCall: readonly {
    readonly name: string;
    readonly rotation: Rotations[string];
    readonly source: Source;
  }[];
  readonly revision: number;
}

/** Somebody else has changed the routes meanwhile. */
export class StaleRoutesError extends FailureError {}

/** Those of the file come first. Throws `FailureError` when the table has been made invalid by other means. */
export async function listRoutes({
  alertSettings,
  fileRoutes,
  fileOnCall,
}: RoutesResources): Promise<ListedRoutes> {
  const stored = await alertSettings.routes();
  const { routes, onCall } = parsedRoutes(stored);
  const from = (source: Source) => (route: RouteSettings) => ({ route: writtenRoute(route), source });
  const rotationsFrom = (rotations: Rotations, source: Source) =>
    Object.entries(rotations).map(([name, rotation]) => ({ name, rotation, source }));
  return {
    routes: [...fileRoutes.map(from("file")), ...routes.map(from("table"))],
    onCall: [...rotationsFrom(fileOnCall, "file"), ...rotationsFrom(onCall, "table")],
    revision: stored.revision,
  };
}

export interface RoutesToSave {
  readonly routes: readonly RouteSettings[];
  readonly onCall: Rotations;
  readonly by: string;
  /** The revision to replace; any when undefined. */
  readonly revision: number | undefined;
}

/** Throws `UsageError` for what a route or a rotation names and is not there, `StaleRoutesError`. */
export async function saveRoutes(
  resources: RoutesResources,
  { routes, onCall, by, revision }: RoutesToSave,
): Promise<void> {
  const { alertSettings, fileOnCall, fileChannels } = resources;
  const twice = Object.keys(onCall).find((name) => Object.hasOwn(fileOnCall, name));
  if (twice !== undefined) throw new UsageError(`onCall.${twice} is in sitewire.yaml: name it otherwise`);
  const names = [...fileChannels, ...(await alertSettings.channels()).map(({ name }) => name)];
  givenRoutes(routes, { channels: names, onCall: { ...fileOnCall, ...onCall } });
  const written = { routes: routes.map(writtenRoute), onCall };
  if ((await alertSettings.saveRoutes(written, by, revision)) !== null) return;
  throw new StaleRoutesError("somebody else has changed the routes");
}

/** Throws `FailureError`. */
export function parsedRoutes({ routes, onCall }: StoredRoutes): RoutesAndRotations {
  const parsed = storedRoutesSchema.safeParse({ routes, onCall });
  if (parsed.success) return parsed.data;
  const lines = problemsOf(parsed.error).map(({ path, message }) => `${formatPath(path)} ${message}`);
  throw new FailureError(`the table alert_routes is invalid: ${lines.join("; ")}`);
}
