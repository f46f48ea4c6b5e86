/** Changes of the tree of routes. A place is the position at each depth: `[1, 0]` is the first route within the second. */
import type { WrittenRoute } from "../../../../src/contract/api/alerting/routes.ts";

export type Place = readonly number[];
type Routes = readonly WrittenRoute[];

export function replaceRoute(routes: Routes, place: Place, route: WrittenRoute): Routes {
  return changeSiblings(routes, place, (siblings, index) => siblings.with(index, route));
}

export function removeRoute(routes: Routes, place: Place): Routes {
  return changeSiblings(routes, place, (siblings, index) => siblings.toSpliced(index, 1));
}

/** Adds a route as the last one within that at `parent`; at the top when `parent` is empty. */
export function addRoute(routes: Routes, parent: Place, route: WrittenRoute): Routes {
  if (parent.length === 0) return [...routes, route];
  return changeSiblings(routes, parent, (siblings, index) => {
    const above = siblings[index];
    if (above === undefined) return siblings;
    return siblings.with(index, { ...above, routes: [...(above.routes ?? []), route] });
  });
}

/** Swaps a route with the one `by` positions after it (before it when negative), where there is one. */
export function moveRoute(routes: Routes, place: Place, by: -1 | 1): Routes {
  return changeSiblings(routes, place, (siblings, index) => {
    const [one, other] = [siblings[index], siblings[index + by]];
    if (one === undefined || other === undefined) return siblings;
    return siblings.with(index, other).with(index + by, one);
  });
}

function changeSiblings(
  routes: Routes,
  [index = 0, ...below]: Place,
  change: (siblings: Routes, index: number) => Routes,
): Routes {
  if (below.length === 0) return change(routes, index);
  return routes.flatMap((route, position) => {
    if (position !== index) return [route];
    const { routes: inner = [], ...rest } = route;
    const changed = changeSiblings(inner, below, change);
    // A route without inner ones has no such field: the server refuses an empty one.
    return [changed.length === 0 ? rest : { ...rest, routes: [...changed] }];
  });
}
