/** The routes of a configuration, held against its channels. */
import { type Route, routeSchema } from "../../contract/alert-settings.ts";
import { UsageError } from "../../contract/errors.ts";

/** Without a route, every channel is told of all. Throws `UsageError` for a channel that is not there. */
export function givenRoutes(routes: readonly Route[], channels: readonly string[]): readonly Route[] {
  for (const [index, { channels: told, escalate }] of routes.entries()) {
    refuseUnknown(told, channels, `routes[${index}].channels`);
    for (const [step, { channels: next }] of escalate.entries()) {
      refuseUnknown(next, channels, `routes[${index}].escalate[${step}].channels`);
    }
  }
  if (routes.length > 0 || channels.length === 0) return routes;
  return [routeSchema.parse({ channels: [...channels] })];
}

function refuseUnknown(told: readonly string[], channels: readonly string[], setting: string): void {
  const unknown = told.find((name) => !channels.includes(name));
  if (unknown === undefined) return;
  const known = channels.length === 0 ? "there are no channels yet" : `channels are: ${channels.join(", ")}`;
  throw new UsageError(`${setting} names "${unknown}": no channel is called so; ${known}`);
}
