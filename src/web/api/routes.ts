/** All routes of the server: a line for each resource. */

import { alertRouteRoutes } from "./alert-routes.ts";
import type { RouteGroup } from "./api-server.ts";
import { auditRoutes } from "./audit-log.ts";
import { channelRoutes } from "./channels.ts";
import { checkRoutes } from "./checks.ts";
import { deadLetterRoutes } from "./dead-letters.ts";
import { deliveryRoutes } from "./deliveries.ts";
import { incidentRoutes } from "./incidents.ts";
import { liveRoutes } from "./live.ts";
import { maintenanceRoutes } from "./maintenance.ts";
import { oneTimeLinkRoutes } from "./one-time-links.ts";
import { ownAccountRoutes } from "./own-account.ts";
import { peopleRoutes } from "./people.ts";
import { pipelineRoutes } from "./pipeline.ts";
import { sessionRoutes } from "./session.ts";
import { signInRoutes } from "./sign-in.ts";
import { silenceRoutes } from "./silences.ts";
import { siteBatchRoutes } from "./site-batches.ts";
import { siteHistoryRoutes } from "./site-history.ts";
import { siteListRoutes } from "./site-list.ts";
import { siteResultRoutes } from "./site-results.ts";
import { siteRoutes } from "./sites.ts";
import { tokenRoutes } from "./tokens.ts";

export const routeGroups: readonly RouteGroup[] = [
  sessionRoutes,
  signInRoutes,
  oneTimeLinkRoutes,
  ownAccountRoutes,
  peopleRoutes,
  tokenRoutes,
  auditRoutes,
  liveRoutes,
  siteListRoutes,
  siteRoutes,
  siteBatchRoutes,
  siteResultRoutes,
  siteHistoryRoutes,
  checkRoutes,
  deadLetterRoutes,
  deliveryRoutes,
  incidentRoutes,
  maintenanceRoutes,
  pipelineRoutes,
  silenceRoutes,
  alertRouteRoutes,
  channelRoutes,
];
