/** All routes of the server: a line for each resource. */
import type { RouteGroup } from "./api-server.ts";
import { liveRoutes } from "./live.ts";
import { sessionRoutes } from "./session.ts";

export const routeGroups: readonly RouteGroup[] = [sessionRoutes, liveRoutes];
