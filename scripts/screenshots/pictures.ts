/** Which pages are pictured, and how. */
export interface Picture {
  readonly name: string;
  readonly path: string;
  readonly theme: "light" | "dark";
  readonly viewport: { readonly width: number; readonly height: number };
  readonly language: string;
  /** The page down to its end, not only what the window shows. */
  readonly whole: boolean;
}

interface ShownIds {
  readonly siteId: string;
  readonly incidentId: string;
}

const desktop = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };
const screen = { width: 1920, height: 1080 };

const plain = { theme: "light", viewport: desktop, language: "en-GB", whole: false } as const;

/** Those of docs/images. */
export function picturesOfDocs({ siteId, incidentId }: ShownIds): readonly Picture[] {
  return [
    { ...plain, name: "sites-light", path: "/" },
    { ...plain, name: "sites-dark", path: "/", theme: "dark" },
    { ...plain, name: "sites-phone", path: "/", viewport: phone },
    { ...plain, name: "sites-groups", path: "/?group=tag" },
    { ...plain, name: "wall", path: "/wall", theme: "dark", viewport: screen },
    { ...plain, name: "site", path: `/sites/${siteId}` },
    { ...plain, name: "incident", path: `/incidents/${incidentId}` },
    { ...plain, name: "pipeline", path: "/pipeline" },
    { ...plain, name: "reports", path: "/reports" },
    { ...plain, name: "routes", path: "/settings/routes" },
    { ...plain, name: "status-page", path: "/status/example" },
  ];
}

/** Every page at both widths, in both themes and languages. */
export function everyPicture({ siteId, incidentId }: ShownIds): readonly Picture[] {
  const pages = {
    sites: "/",
    wall: "/wall",
    site: `/sites/${siteId}`,
    "site-edit": `/sites/${siteId}/edit`,
    "site-new": "/sites/new",
    incidents: "/incidents",
    incident: `/incidents/${incidentId}`,
    pipeline: "/pipeline",
    reports: "/reports",
    "status-pages": "/settings/status-pages",
    channels: "/settings/channels",
    "channel-new": "/settings/channels/new",
    channel: "/settings/channels/ops",
    routes: "/settings/routes",
    maintenance: "/settings/maintenance",
    silences: "/settings/silences",
    deliveries: "/settings/deliveries",
    people: "/settings/people",
    tokens: "/settings/tokens",
    audit: "/settings/audit",
    account: "/account",
    "status-page": "/status/example",
    "status-page-history": "/status/example/history",
  };
  return Object.entries(pages).flatMap(([page, path]) =>
    ([desktop, phone] as const).flatMap((viewport) =>
      (["light", "dark"] as const).flatMap((theme) =>
        (["en-GB", "de-DE"] as const).map((language) => ({
          name: [page, viewport === phone ? "phone" : "desktop", theme, language.slice(0, 2)].join("-"),
          path,
          theme,
          viewport,
          language,
          whole: true,
        })),
      ),
    ),
  );
}
