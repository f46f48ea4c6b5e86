/** The form of a status page: what is typed and chosen, and the definition that it stands for. */
import type {
  StatusPageResource,
  WrittenStatusPage,
} from "../../../../src/contract/api/status-pages/status-pages.ts";

type Definition = StatusPageResource["definition"];

export interface ShownSite {
  /** Id, name or URL. */
  readonly site: string;
  readonly name: string;
  readonly description: string;
}

export interface GroupValues {
  /** For React: a group has no identity of its own. */
  readonly key: number;
  readonly name: string;
  readonly tags: readonly string[];
  readonly sites: readonly ShownSite[];
}

export interface PageValues {
  readonly title: string;
  readonly slug: string;
  readonly description: string;
  /** One a line. */
  readonly hostNames: string;
  readonly homepage: string;
  /** A data: URL; empty for none. */
  readonly logo: string;
  /** Empty: the usual colour. */
  readonly accent: string;
  readonly language: Definition["language"];
  readonly visibility: Definition["visibility"];
  /** Empty: stays as it is. */
  readonly password: string;
  readonly responseTimes: boolean;
  readonly detectedIncidents: boolean;
  readonly groups: readonly GroupValues[];
}

export function pageValuesOf(definition: Definition | null): PageValues {
  return {
    title: definition?.title ?? "",
    slug: definition?.slug ?? "",
    description: definition?.description ?? "",
    hostNames: definition?.hostNames.join("\n") ?? "",
    homepage: definition?.homepage ?? "",
    logo: definition?.logo ?? "",
    accent: definition?.accent ?? "",
    language: definition?.language ?? "en",
    visibility: definition?.visibility ?? "public",
    password: "",
    responseTimes: definition?.responseTimes ?? false,
    detectedIncidents: definition?.detectedIncidents ?? true,
    groups: (definition?.groups ?? [{ sites: [], tags: [] }]).map(({ name = "", tags, sites }, key) => ({
      key,
      name,
      tags,
      sites: sites.map((each) => ({
        site: each.site,
        name: each.name ?? "",
        description: each.description ?? "",
      })),
    })),
  };
}

/** `before` has what the form has no fields for. */
export function writtenPage(values: PageValues, before: Definition | null): WrittenStatusPage {
  const { title, slug, language, visibility, password, responseTimes, detectedIncidents } = values;
  return {
    definition: {
      ...(before === null ? {} : { days: before.days }),
      ...(before?.subscriptions === undefined ? {} : { subscriptions: before.subscriptions }),
      slug: slug.trim(),
      title: title.trim(),
      ...given("description", values.description),
      hostNames: values.hostNames.split(/\s+/).filter((name) => name !== ""),
      ...given("homepage", values.homepage),
      ...given("logo", values.logo),
      ...given("accent", values.accent),
      language,
      visibility,
      responseTimes,
      detectedIncidents,
      groups: values.groups.map(({ name, tags, sites }) => ({
        ...given("name", name),
        tags: [...tags],
        sites: sites.map(({ site, name: shownAs, description }) => ({
          site,
          ...given("name", shownAs),
          ...given("description", description),
        })),
      })),
    },
    ...(visibility === "password" ? (password === "" ? {} : { password }) : { password: null }),
  };
}

function given<Name extends string>(name: Name, text: string): Partial<Record<Name, string>> {
  const trimmed = text.trim();
  const part: Partial<Record<Name, string>> = {};
  if (trimmed !== "") part[name] = trimmed;
  return part;
}

/** `Our shop` as `our-shop`. */
export function slugOf(title: string): string {
  return title
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "")
    .slice(0, 63);
}

/** The list with what is at `from` at `to` instead. */
export function moved<Item>(items: readonly Item[], from: number, to: number): readonly Item[] {
  const item = items[from];
  if (item === undefined || to < 0 || to >= items.length) return items;
  return items.toSpliced(from, 1).toSpliced(to, 0, item);
}
