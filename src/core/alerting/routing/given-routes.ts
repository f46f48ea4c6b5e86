/** Validates the configured routes and rotations against the configured channels. */
import { type RouteSettings, routeSchema } from "../../../contract/alerting/alert-settings.ts";
import { UsageError } from "../../../contract/errors.ts";
import type { Rotations } from "./on-call.ts";

export interface KnownTargets {
  /** Names of the channels. */
  readonly channels: readonly string[];
  readonly onCall: Rotations;
}

/**
 * Returns the routes. Where there are channels and no route, returns one route that sends every incident to every
 * channel. Throws `UsageError` when a route names an unknown channel or rotation, when a rotation names an unknown
 * channel, and when a route names nobody.
 */
export function givenRoutes(routes: readonly RouteSettings[], known: KnownTargets): readonly RouteSettings[] {
  for (const [rotation, { people }] of Object.entries(known.onCall)) {
    for (const [person, channels] of Object.entries(people)) {
      refuseUnknownChannel(channels, known.channels, `onCall.${rotation}.people.${person}`);
    }
  }
  refuseUnknownTargets(routes, known, { setting: "routes", namesSomebody: false });
  if (routes.length > 0 || known.channels.length === 0) return routes;
  return [routeSchema.parse({ channels: [...known.channels] })];
}

interface Place {
  /** Names the list of routes. */
  readonly setting: string;
  /** Whether a route above names a channel or a rotation. */
  readonly namesSomebody: boolean;
}

function refuseUnknownTargets(routes: readonly RouteSettings[], known: KnownTargets, place: Place): void {
  for (const [index, route] of routes.entries()) {
    const setting = `${place.setting}[${index}]`;
    const steps = route.escalate ?? [];
    refuseUnknown(route, known, setting);
    for (const [step, told] of steps.entries()) refuseUnknown(told, known, `${setting}.escalate[${step}]`);
    const namesSomebody = place.namesSomebody || route.channels !== undefined || route.onCall !== undefined;
    if (!namesSomebody && route.routes === undefined) {
      throw new UsageError(`${setting} names nobody: give it channels, onCall or routes`);
    }
    refuseUnknownTargets(route.routes ?? [], known, { setting: `${setting}.routes`, namesSomebody });
  }
}

function refuseUnknown(
  { channels = [], onCall = [] }: Pick<RouteSettings, "channels" | "onCall">,
  known: KnownTargets,
  setting: string,
): void {
  refuseUnknownChannel(channels, known.channels, `${setting}.channels`);
  const rotations = Object.keys(known.onCall);
  const unknown = onCall.find((name) => !rotations.includes(name));
  if (unknown === undefined) return;
  const hint =
    rotations.length === 0 ? "there are no rotations yet" : `rotations are: ${rotations.join(", ")}`;
  throw new UsageError(`${setting}.onCall names "${unknown}": there is no rotation of that name; ${hint}`);
}

function refuseUnknownChannel(named: readonly string[], channels: readonly string[], setting: string): void {
  const unknown = named.find((name) => !channels.includes(name));
  if (unknown === undefined) return;
  const known = channels.length === 0 ? "there are no channels yet" : `channels are: ${channels.join(", ")}`;
  throw new UsageError(`${setting} names "${unknown}": there is no channel of that name; ${known}`);
}
