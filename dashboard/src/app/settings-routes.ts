/** The addresses of the settings. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { parseNewChannelSearch } from "../settings/channels/new-channel-search.ts";
import { parseDeliveriesSearch } from "../settings/deliveries/deliveries-search.ts";
import { parseMonthSearch } from "../settings/maintenance/month.ts";
import { framed } from "./frame-route.tsx";

const settings = createRoute({
  getParentRoute: () => framed,
  path: "/settings",
  component: lazyRouteComponent(() => import("../settings/settings-layout.tsx"), "SettingsLayout"),
});

const firstSettings = createRoute({
  getParentRoute: () => settings,
  path: "/",
  component: lazyRouteComponent(() => import("../settings/first-section.tsx"), "FirstSection"),
});

const channels = createRoute({
  getParentRoute: () => settings,
  path: "channels",
  component: lazyRouteComponent(() => import("../settings/channels/channels-page.tsx"), "ChannelsPage"),
});

const newChannel = createRoute({
  getParentRoute: () => settings,
  path: "channels/new",
  validateSearch: parseNewChannelSearch,
  component: lazyRouteComponent(() => import("../settings/channels/new-channel-page.tsx"), "NewChannelPage"),
});

const channel = createRoute({
  getParentRoute: () => settings,
  path: "channels/$name",
  component: lazyRouteComponent(() => import("../settings/channels/channel-page.tsx"), "ChannelPage"),
});

const alertRoutes = createRoute({
  getParentRoute: () => settings,
  path: "routes",
  component: lazyRouteComponent(() => import("../settings/routes/routes-page.tsx"), "RoutesPage"),
});

const maintenance = createRoute({
  getParentRoute: () => settings,
  path: "maintenance",
  validateSearch: parseMonthSearch,
  component: lazyRouteComponent(
    () => import("../settings/maintenance/maintenance-page.tsx"),
    "MaintenancePage",
  ),
});

const silences = createRoute({
  getParentRoute: () => settings,
  path: "silences",
  component: lazyRouteComponent(() => import("../settings/silences/silences-page.tsx"), "SilencesPage"),
});

const deliveries = createRoute({
  getParentRoute: () => settings,
  path: "deliveries",
  validateSearch: parseDeliveriesSearch,
  component: lazyRouteComponent(() => import("../settings/deliveries/deliveries-page.tsx"), "DeliveriesPage"),
});

const statusPages = createRoute({
  getParentRoute: () => settings,
  path: "status-pages",
  component: lazyRouteComponent(
    () => import("../settings/status-pages/status-pages-page.tsx"),
    "StatusPagesPage",
  ),
});

const newStatusPage = createRoute({
  getParentRoute: () => settings,
  path: "status-pages/new",
  component: lazyRouteComponent(
    () => import("../settings/status-pages/status-page-page.tsx"),
    "NewStatusPagePage",
  ),
});

const statusPage = createRoute({
  getParentRoute: () => settings,
  path: "status-pages/$slug",
  component: lazyRouteComponent(
    () => import("../settings/status-pages/status-page-page.tsx"),
    "StatusPagePage",
  ),
});

const notices = createRoute({
  getParentRoute: () => settings,
  path: "status-pages/$slug/notices",
  component: lazyRouteComponent(() => import("../settings/status-pages/notices-page.tsx"), "NoticesPage"),
});

const people = createRoute({
  getParentRoute: () => settings,
  path: "people",
  component: lazyRouteComponent(() => import("../settings/accounts/people-page.tsx"), "PeoplePage"),
});

const tokens = createRoute({
  getParentRoute: () => settings,
  path: "tokens",
  component: lazyRouteComponent(() => import("../settings/accounts/tokens-page.tsx"), "TokensPage"),
});

const audit = createRoute({
  getParentRoute: () => settings,
  path: "audit",
  component: lazyRouteComponent(() => import("../settings/accounts/audit-page.tsx"), "AuditPage"),
});

export const settingsRoutes = settings.addChildren([
  firstSettings,
  channels,
  newChannel,
  channel,
  alertRoutes,
  maintenance,
  silences,
  deliveries,
  statusPages,
  newStatusPage,
  statusPage,
  notices,
  people,
  tokens,
  audit,
]);
