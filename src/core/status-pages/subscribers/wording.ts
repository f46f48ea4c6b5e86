/** What messages to subscribers say, in the language of the page. */
import type { AnnouncementContent } from "../../../contract/events/status-page-announcement.ts";
import type { NoticeState, StatusPage } from "../../../contract/settings/status-page.ts";
import type { Subscriber } from "./ports.ts";

/** A message in plain words; the channel gives it its form. */
export interface WordedMessage {
  readonly subject: string;
  /** One paragraph each. */
  readonly paragraphs: readonly string[];
  readonly action: { readonly label: string; readonly url: string };
  /** Absent in the message that asks for confirmation. */
  readonly unsubscribe: { readonly label: string; readonly url: string } | null;
  /** Messages about one thing belong together. */
  readonly thread: string;
}

export interface MessageLinks {
  readonly page: string;
  readonly confirm: string;
  readonly unsubscribe: string;
}

export function linksOf({ pageUrl }: Pick<Subscriber, "pageUrl">, token: string): MessageLinks {
  const query = `?token=${encodeURIComponent(token)}`;
  return {
    page: pageUrl,
    confirm: `${pageUrl}/confirm${query}`,
    unsubscribe: `${pageUrl}/unsubscribe${query}`,
  };
}

export function wordedMessage(
  page: StatusPage,
  content: AnnouncementContent | null,
  links: MessageLinks,
): WordedMessage {
  const words = languages[page.language];
  if (content === null) {
    return {
      subject: words.confirmSubject(page.title),
      paragraphs: [words.confirmText(page.title)],
      action: { label: words.confirm, url: links.confirm },
      unsubscribe: null,
      thread: "confirmation",
    };
  }
  const { subject, paragraphs } =
    content.kind === "incident" ? incidentWords(page, content) : maintenanceWords(page, content);
  return {
    subject,
    paragraphs,
    action: { label: words.openPage, url: `${links.page}#${content.id}` },
    unsubscribe: { label: words.unsubscribe, url: links.unsubscribe },
    thread: content.id,
  };
}

type Words = Pick<WordedMessage, "subject" | "paragraphs">;

function incidentWords(page: StatusPage, content: AnnouncementContent & { kind: "incident" }): Words {
  const { title, state, text, sites, impact, atMs } = content;
  const words = languages[page.language];
  const names = listOf(sites, words.locale);
  const minor = impact === "minor" || impact === "none";
  const detected = state === "resolved" ? words.worksAgain(names) : words.fails(names, minor);
  return {
    subject: `[${page.title}] ${words.states[state]}: ${title ?? detected}`,
    paragraphs: [
      text ?? `${detected}.`,
      ...(title === null || sites.length === 0 ? [] : [words.affects(names)]),
      instantIn(atMs, words.locale),
    ],
  };
}

function maintenanceWords(page: StatusPage, content: AnnouncementContent & { kind: "maintenance" }): Words {
  const { title, sites, fromMs, untilMs } = content;
  const words = languages[page.language];
  const span = `${instantIn(fromMs, words.locale)} – ${instantIn(untilMs, words.locale)}`;
  const concerned = sites.length === 0 ? words.allSites : listOf(sites, words.locale);
  return {
    subject: `[${page.title}] ${words.maintenance}: ${title}`,
    paragraphs: [`${words.maintenance}: ${title}`, span, words.affects(concerned)],
  };
}

function listOf(items: readonly string[], locale: string): string {
  return new Intl.ListFormat(locale, { style: "long", type: "conjunction" }).format(items);
}

function instantIn(atMs: number, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
  return `${format.format(atMs)} UTC`;
}

interface MessageWords {
  readonly locale: string;
  readonly states: Readonly<Record<NoticeState, string>>;
  readonly confirmSubject: (page: string) => string;
  readonly confirmText: (page: string) => string;
  readonly confirm: string;
  readonly openPage: string;
  readonly unsubscribe: string;
  readonly maintenance: string;
  readonly allSites: string;
  readonly affects: (sites: string) => string;
  readonly fails: (sites: string, minor: boolean) => string;
  readonly worksAgain: (sites: string) => string;
}

const languages: Readonly<Record<StatusPage["language"], MessageWords>> = {
  en: {
    locale: "en-GB",
    states: {
      investigating: "Investigating",
      identified: "Identified",
      monitoring: "Monitoring",
      resolved: "Resolved",
    },
    confirmSubject: (page) => `Confirm your subscription to ${page}`,
    confirmText: (page) =>
      `Somebody, probably you, has asked for messages about incidents and maintenance from ${page}. If it was you, confirm it. If not, do nothing: without confirmation nothing more is sent.`,
    confirm: "Confirm the subscription",
    openPage: "Open the status page",
    unsubscribe: "Unsubscribe",
    maintenance: "Planned maintenance",
    allSites: "all systems",
    affects: (sites) => `Affects ${sites}.`,
    fails: (sites, minor) => `${sites}: ${minor ? "degraded" : "outage"}`,
    worksAgain: (sites) => `${sites}: working again`,
  },
  de: {
    locale: "de-DE",
    states: {
      investigating: "Wird untersucht",
      identified: "Ursache gefunden",
      monitoring: "Wird beobachtet",
      resolved: "Behoben",
    },
    confirmSubject: (page) => `Bestätigen Sie Ihr Abonnement von ${page}`,
    confirmText: (page) =>
      `Jemand, vermutlich Sie, möchte Nachrichten über Störungen und Wartungen von ${page} erhalten. Waren Sie es, dann bestätigen Sie das bitte. Wenn nicht, ist nichts zu tun: Ohne Bestätigung wird nichts weiter gesendet.`,
    confirm: "Abonnement bestätigen",
    openPage: "Statusseite öffnen",
    unsubscribe: "Abbestellen",
    maintenance: "Geplante Wartung",
    allSites: "alle Systeme",
    affects: (sites) => `Betrifft ${sites}.`,
    fails: (sites, minor) => `${sites}: ${minor ? "beeinträchtigt" : "Ausfall"}`,
    worksAgain: (sites) => `${sites}: funktioniert wieder`,
  },
};
