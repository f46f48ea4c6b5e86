/** Routes and rotations as `sitewire.yaml` has them, from what was read of it: durations are texts again. */
import type { RouteSettings } from "../../../contract/alerting/alert-settings.ts";
import type { WrittenRoute } from "../../../contract/alerting/stored-routes.ts";
import { formatDuration } from "../../../contract/duration.ts";

export function writtenRoute({ wait, repeatEvery, escalate, routes, ...rest }: RouteSettings): WrittenRoute {
  return {
    ...rest,
    ...(wait === undefined ? {} : { wait: formatDuration(wait) }),
    ...(repeatEvery === undefined ? {} : { repeatEvery: formatDuration(repeatEvery) }),
    ...(escalate === undefined
      ? {}
      : { escalate: escalate.map((step) => ({ ...step, after: formatDuration(step.after) })) }),
    ...(routes === undefined ? {} : { routes: routes.map(writtenRoute) }),
  };
}
