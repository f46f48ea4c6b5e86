/** All routes of the server: a line for each resource. */

import { printedReportRoutes } from "../reports/printed-report.ts";
import { auditRoutes } from "./accounts/audit-log.ts";
import { oneTimeLinkRoutes } from "./accounts/one-time-links.ts";
import { ownAccountRoutes } from "./accounts/own-account.ts";
import { peopleRoutes } from "./accounts/people.ts";
import { sessionRoutes } from "./accounts/session.ts";
import { signInRoutes } from "./accounts/sign-in.ts";
import { tokenRoutes } from "./accounts/tokens.ts";
import { alertRouteRoutes } from "./alerting/alert-routes.ts";
import { channelRoutes } from "./alerting/channels.ts";
import { deliveryRoutes } from "./alerting/deliveries.ts";
import { incidentRoutes } from "./alerting/incidents.ts";
import { maintenanceRoutes } from "./alerting/maintenance.ts";
import { silenceRoutes } from "./alerting/silences.ts";
import type { RouteGroup } from "./api-server.ts";
import { liveRoutes } from "./live.ts";
import { deadLetterRoutes } from "./pipeline/dead-letters.ts";
import { pipelineRoutes } from "./pipeline/pipeline.ts";
import { uptimeReportRoutes } from "./reports/uptime-report.ts";
import { checkRoutes } from "./sites/checks.ts";
import { siteBatchRoutes } from "./sites/site-batches.ts";
import { siteHistoryRoutes } from "./sites/site-history.ts";
import { siteListRoutes } from "./sites/site-list.ts";
import { siteResultRoutes } from "./sites/site-results.ts";
import { siteRoutes } from "./sites/sites.ts";
import { noticeRoutes } from "./status-pages/notices.ts";
import { statusPageRoutes } from "./status-pages/status-pages.ts";
import { subscriberRoutes } from "./status-pages/subscribers.ts";

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
  statusPageRoutes,
  noticeRoutes,
  subscriberRoutes,
  uptimeReportRoutes,
  printedReportRoutes,
];
