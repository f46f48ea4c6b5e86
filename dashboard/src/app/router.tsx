/** The addresses of the dashboard. Each page is loaded when it is first opened. */
import { createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { parseSignInSearch } from "../account/sign-in-search.ts";
import { queryClient } from "../api/query-client.ts";
import { sitesQuery } from "../api/site-table.ts";
import { Failure } from "../design/page.tsx";
import { parseRangeSearch } from "../graph/range.ts";
import { parseIncidentsSearch } from "../incidents/incidents-search.ts";
import { parseSitesView } from "../listing/sites-view.ts";
import { parseReportsSearch } from "../reports/reports-search.ts";
import { parseSiteSearch } from "../site/site-search.ts";
import { framed, root } from "./frame-route.tsx";
import { settingsRoutes } from "./settings-routes.ts";

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

const reports = createRoute({
  getParentRoute: () => framed,
  path: "/reports",
  validateSearch: parseReportsSearch,
  component: lazyRouteComponent(() => import("../reports/reports-page.tsx"), "ReportsPage"),
});

const pipeline = createRoute({
  getParentRoute: () => framed,
  path: "/pipeline",
  component: lazyRouteComponent(() => import("../pipeline/pipeline-page.tsx"), "PipelinePage"),
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
      reports,
      pipeline,
      account,
      settingsRoutes,
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
