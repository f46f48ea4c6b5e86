/** The words of status pages, one object a language. */

import type {
  NoticeImpact,
  NoticeState,
  StatusPageLanguage,
} from "../../../contract/settings/status-page.ts";
import type { DayView, PageStanding, SiteStanding } from "../../../core/status-pages/page-view.ts";
import { listFormat } from "./formats.ts";
import { englishSubscribing, germanSubscribing, type SubscribeWords } from "./subscribe-words.ts";

export interface Words {
  readonly locale: string;
  readonly page: Readonly<Record<PageStanding, string>>;
  readonly site: Readonly<Record<SiteStanding, string>>;
  readonly day: Readonly<Record<DayView["standing"], string>>;
  readonly impact: Readonly<Record<NoticeImpact, string>>;
  readonly state: Readonly<Record<NoticeState, string>>;
  readonly detected: (impact: NoticeImpact, sites: readonly string[]) => string;
  readonly uptime: (uptime: string) => string;
  readonly coverage: (coverage: string) => string;
  readonly noResults: string;
  readonly daysAgo: (days: number) => string;
  readonly today: string;
  readonly allSites: string;
  readonly openIncidents: string;
  readonly pastIncidents: string;
  readonly noPastIncidents: (days: number) => string;
  readonly activeMaintenance: string;
  readonly plannedMaintenance: string;
  readonly affects: (sites: readonly string[]) => string;
  readonly since: string;
  readonly lasted: (duration: string) => string;
  readonly readAt: string;
  readonly stale: string;
  readonly utcDays: string;
  readonly history: string;
  readonly back: string;
  readonly calendar: string;
  readonly skipToContent: string;
  readonly protectedPage: string;
  readonly password: string;
  readonly enter: string;
  readonly wrongPassword: string;
  readonly subscribe: SubscribeWords;
  readonly summary: (counts: {
    readonly days: number;
    /** Days by name; how many, where they are too many to name. */
    readonly down: readonly string[] | number;
    readonly shortOutages: readonly string[] | number;
    readonly degraded: number;
    readonly gaps: number;
  }) => string;
}

const listOf = (locale: string, items: readonly string[]): string => listFormat(locale).format(items);

const isNone = (days: readonly string[] | number): boolean => typeof days !== "number" && days.length === 0;

const onDays = (days: readonly string[] | number): string =>
  typeof days === "number" ? `on ${days} days` : `on ${listOf("en-GB", days)}`;

const onGermanDays = (days: readonly string[] | number): string =>
  typeof days === "number" ? `an ${days} Tagen` : `am ${listOf("de-DE", days)}`;

const english: Words = {
  locale: "en-GB",
  page: {
    operational: "All systems operational",
    degraded: "Some systems are slow or partly failing",
    "partial outage": "Some systems are down",
    "major outage": "Most systems are down",
    maintenance: "Maintenance is under way",
    unknown: "The state of the systems is not known right now",
  },
  site: {
    operational: "Operational",
    degraded: "Degraded",
    down: "Down",
    maintenance: "Maintenance",
    "not observed": "Not observed",
    pending: "Not checked yet",
    paused: "Paused",
  },
  day: {
    operational: "no trouble",
    degraded: "degraded",
    "short outage": "short outage",
    down: "outage",
    maintenance: "planned maintenance",
    gap: "not observed",
    "not due": "no checks planned",
  },
  impact: { none: "Notice", minor: "Minor", major: "Major", critical: "Critical" },
  state: {
    investigating: "Investigating",
    identified: "Identified",
    monitoring: "Monitoring",
    resolved: "Resolved",
  },
  detected: (impact, sites) =>
    `${listOf("en-GB", sites)} ${impact === "minor" ? "degraded" : sites.length === 1 ? "is down" : "are down"}`,
  uptime: (uptime) => `${uptime} up`,
  coverage: (coverage) => `${coverage} observed`,
  noResults: "no results yet",
  daysAgo: (days) => `${days} days ago`,
  today: "Today",
  allSites: "all systems",
  openIncidents: "Current incidents",
  pastIncidents: "Past incidents",
  noPastIncidents: (days) => `No incidents in the last ${days} days.`,
  activeMaintenance: "Maintenance now",
  plannedMaintenance: "Planned maintenance",
  affects: (sites) => `Affects ${listOf("en-GB", sites)}`,
  since: "since",
  lasted: (duration) => `lasted ${duration}`,
  readAt: "As of",
  stale: "Our database cannot be reached right now. This is the last state we know, from",
  utcDays: "Days are UTC days.",
  history: "History",
  back: "Current status",
  calendar: "Maintenance calendar",
  skipToContent: "Skip to content",
  protectedPage: "This status page is protected",
  password: "Password",
  enter: "Show the page",
  wrongPassword: "That is not the password of this page.",
  subscribe: englishSubscribing,
  summary: ({ days, down, shortOutages, degraded, gaps }) => {
    const parts = [
      ...(isNone(down) && isNone(shortOutages) ? ["no outage"] : []),
      ...(isNone(down) ? [] : [`outages ${onDays(down)}`]),
      ...(isNone(shortOutages) ? [] : [`short outages ${onDays(shortOutages)}`]),
      ...(degraded === 0 ? [] : [`${degraded} degraded ${degraded === 1 ? "day" : "days"}`]),
      ...(gaps === 0 ? [] : [`${gaps} ${gaps === 1 ? "day" : "days"} not observed`]),
    ];
    return `Last ${days} days: ${parts.join(", ")}`;
  },
};

const german: Words = {
  locale: "de-DE",
  page: {
    operational: "Alle Systeme laufen",
    degraded: "Einige Systeme sind langsam oder teilweise gestört",
    "partial outage": "Einige Systeme sind ausgefallen",
    "major outage": "Die meisten Systeme sind ausgefallen",
    maintenance: "Es wird gerade gewartet",
    unknown: "Der Zustand der Systeme ist im Moment nicht bekannt",
  },
  site: {
    operational: "In Betrieb",
    degraded: "Beeinträchtigt",
    down: "Ausgefallen",
    maintenance: "Wartung",
    "not observed": "Nicht beobachtet",
    pending: "Noch nicht geprüft",
    paused: "Pausiert",
  },
  day: {
    operational: "ohne Störung",
    degraded: "beeinträchtigt",
    "short outage": "kurzer Ausfall",
    down: "Ausfall",
    maintenance: "geplante Wartung",
    gap: "nicht beobachtet",
    "not due": "keine Prüfung geplant",
  },
  impact: { none: "Hinweis", minor: "Gering", major: "Erheblich", critical: "Kritisch" },
  state: {
    investigating: "Wird untersucht",
    identified: "Ursache gefunden",
    monitoring: "Wird beobachtet",
    resolved: "Behoben",
  },
  detected: (impact, sites) =>
    `${listOf("de-DE", sites)} ${sites.length === 1 ? "ist" : "sind"} ${impact === "minor" ? "beeinträchtigt" : "ausgefallen"}`,
  uptime: (uptime) => `${uptime} verfügbar`,
  coverage: (coverage) => `${coverage} beobachtet`,
  noResults: "noch keine Ergebnisse",
  daysAgo: (days) => `vor ${days} Tagen`,
  today: "Heute",
  allSites: "alle Systeme",
  openIncidents: "Aktuelle Störungen",
  pastIncidents: "Frühere Störungen",
  noPastIncidents: (days) => `Keine Störung in den letzten ${days} Tagen.`,
  activeMaintenance: "Wartung im Gange",
  plannedMaintenance: "Geplante Wartung",
  affects: (sites) => `Betrifft ${listOf("de-DE", sites)}`,
  since: "seit",
  lasted: (duration) => `dauerte ${duration}`,
  readAt: "Stand",
  stale: "Unsere Datenbank ist gerade nicht erreichbar. Dies ist der letzte bekannte Stand, vom",
  utcDays: "Tage sind UTC-Tage.",
  history: "Verlauf",
  back: "Aktueller Zustand",
  calendar: "Wartungskalender",
  skipToContent: "Zum Inhalt",
  protectedPage: "Diese Statusseite ist geschützt",
  password: "Passwort",
  enter: "Seite anzeigen",
  wrongPassword: "Das ist nicht das Passwort dieser Seite.",
  subscribe: germanSubscribing,
  summary: ({ days, down, shortOutages, degraded, gaps }) => {
    const parts = [
      ...(isNone(down) && isNone(shortOutages) ? ["kein Ausfall"] : []),
      ...(isNone(down) ? [] : [`Ausfälle ${onGermanDays(down)}`]),
      ...(isNone(shortOutages) ? [] : [`kurze Ausfälle ${onGermanDays(shortOutages)}`]),
      ...(degraded === 0 ? [] : [`${degraded} ${degraded === 1 ? "Tag" : "Tage"} beeinträchtigt`]),
      ...(gaps === 0 ? [] : [`${gaps} ${gaps === 1 ? "Tag" : "Tage"} nicht beobachtet`]),
    ];
    return `Letzte ${days} Tage: ${parts.join(", ")}`;
  },
};

const languages: Readonly<Record<StatusPageLanguage, Words>> = { en: english, de: german };

export function wordsOf(language: StatusPageLanguage): Words {
  return languages[language];
}
