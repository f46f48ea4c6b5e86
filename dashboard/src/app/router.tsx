/** The addresses of the dashboard. Each page is loaded when it is first opened. */
import { createRootRoute, createRoute, createRouter, Link, lazyRouteComponent } from "@tanstack/react-router";
import { parseSignInSearch } from "../account/sign-in-search.ts";
import { queryClient } from "../api/query-client.ts";
import { sitesQuery } from "../api/site-table.ts";
import { buttonClass } from "../design/button.tsx";
import { Empty, Failure } from "../design/page.tsx";
import { parseRangeSearch } from "../graph/range.ts";
import { parseIncidentsSearch } from "../incidents/incidents-search.ts";
import { parseSitesView } from "../listing/sites-view.ts";
import { parseNewChannelSearch } from "../settings/channels/new-channel-search.ts";
import { parseDeliveriesSearch } from "../settings/deliveries/deliveries-search.ts";
import { parseMonthSearch } from "../settings/maintenance/month.ts";
import { parseSiteSearch } from "../site/site-search.ts";
import { useWords } from "../words/words.tsx";
import { Frame } from "./frame.tsx";

const root = createRootRoute({ notFoundComponent: NotFound });

const framed = createRoute({ getParentRoute: () => root, id: "framed", component: Frame });

const sites = createRoute({
  getParentRoute: () => framed,
  path: "/",
  validateSearch: parseSitesView,
  loader: startReadingSites,
  component: lazyRouteComponent(() => import("../sites/sites-page.tsx"), "SitesPage"),
});

const wall = createRoute({
  getParentRoute: () => root,
  path: "/wall",
  validateSearch: parseSitesView,
  loader: startReadingSites,
  component: lazyRouteComponent(() => import("../wall/wall-page.tsx"), "WallPage"),
});

const site = createRoute({
  getParentRoute: () => framed,
  path: "/sites/$id",
  validateSearch: parseSiteSearch,
  component: lazyRouteComponent(() => import("../site/site-page.tsx"), "SitePage"),
});

const newSite = createRoute({
  getParentRoute: () => framed,
  path: "/sites/new",
  component: lazyRouteComponent(() => import("../site/edit/new-site-page.tsx"), "NewSitePage"),
});

const editSite = createRoute({
  getParentRoute: () => framed,
  path: "/sites/$id/edit",
  component: lazyRouteComponent(() => import("../site/edit/edit-site-page.tsx"), "EditSitePage"),
});

const incidents = createRoute({
  getParentRoute: () => framed,
  path: "/incidents",
  validateSearch: parseIncidentsSearch,
  component: lazyRouteComponent(() => import("../incidents/incidents-page.tsx"), "IncidentsPage"),
});

const incident = createRoute({
  getParentRoute: () => framed,
  path: "/incidents/$id",
  validateSearch: parseRangeSearch,
  component: lazyRouteComponent(() => import("../incidents/incident-page.tsx"), "IncidentPage"),
});

const pipeline = createRoute({
  getParentRoute: () => framed,
  path: "/pipeline",
  component: lazyRouteComponent(() => import("../pipeline/pipeline-page.tsx"), "PipelinePage"),
});

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

const account = createRoute({
  getParentRoute: () => framed,
  path: "/account",
  component: lazyRouteComponent(() => import("../account/account-page.tsx"), "AccountPage"),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: parseSignInSearch,
  component: lazyRouteComponent(() => import("../account/sign-in-page.tsx"), "SignInPage"),
});

const welcome = createRoute({
  getParentRoute: () => root,
  path: "/welcome",
  component: lazyRouteComponent(() => import("../account/welcome-page.tsx"), "WelcomePage"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    framed.addChildren([
      sites,
      site,
      newSite,
      editSite,
      incidents,
      incident,
      pipeline,
      account,
      settings.addChildren([
        firstSettings,
        channels,
        newChannel,
        channel,
        alertRoutes,
        maintenance,
        silences,
        deliveries,
        people,
        tokens,
        audit,
      ]),
    ]),
    wall,
    signIn,
    welcome,
  ]),
  defaultPreload: "intent",
  defaultErrorComponent: ({ error, reset }) => (
    <Failure error={error instanceof Error ? error : new Error(String(error))} onRetry={reset} />
  ),
  // Filters are read in addresses: plain text, not JSON.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(search)) {
      if (value !== undefined && value !== "") parameters.set(name, String(value));
    }
    const text = parameters.toString();
    return text === "" ? "" : `?${text}`;
  },
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

/** While the page itself is loaded; it waits for nothing here. */
function startReadingSites(): void {
  void queryClient.prefetchQuery(sitesQuery);
}

function NotFound() {
  const words = useWords();
  return (
    <Empty
      title={words.page.notFound}
      action={
        <Link to="/" className={buttonClass()}>
          {words.page.toSites}
        </Link>
      }
    >
      {words.page.notFoundHint}
    </Empty>
  );
}
