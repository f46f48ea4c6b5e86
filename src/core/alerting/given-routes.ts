/** Validates the configured routes against the configured channels. */
import { type Route, routeSchema } from "../../contract/alert-settings.ts";
import { UsageError } from "../../contract/errors.ts";

/**
 * Returns the routes. Where there are channels and no route, returns one route that sends every incident to every
 * channel. Throws `UsageError` when a route names an unknown channel.
 */
export function givenRoutes(routes: readonly Route[], channels: readonly string[]): readonly Route[] {
  for (const [index, { channels: notified, escalate }] of routes.entries()) {
    refuseUnknown(notified, channels, `routes[${index}].channels`);
    for (const [step, { channels: next }] of escalate.entries()) {
      refuseUnknown(next, channels, `routes[${index}].escalate[${step}].channels`);
    }
  }
  if (routes.length > 0 || channels.length === 0) return routes;
  return [routeSchema.parse({ channels: [...channels] })];
}

function refuseUnknown(named: readonly string[], channels: readonly string[], setting: string): void {
  const unknown = named.find((name) => !channels.includes(name));
  if (unknown === undefined) return;
  const known = channels.length === 0 ? "there are no channels yet" : `channels are: ${channels.join(", ")}`;
  throw new UsageError(`${setting} names "${unknown}": there is no channel of that name; ${known}`);
}
