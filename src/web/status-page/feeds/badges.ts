/** Badges of one site of a status page, as SVG. */
import { makeBadge } from "badge-maker";
import type { StatusPage } from "../../../contract/settings/status-page.ts";
import type { SiteStanding, SiteView } from "../../../core/status-pages/page-view.ts";
import { percentage } from "../rendering/numbers.ts";
import { wordsOf } from "../rendering/words.ts";

export const badgeKinds = ["status", "uptime", "response"] as const;
export type BadgeKind = (typeof badgeKinds)[number];

const GOOD = "#1f8a5b";
const FAIR = "#b06f00";
const BAD = "#cf3340";
const NEUTRAL = "#6b7280";

const standingColours: Readonly<Record<SiteStanding, string>> = {
  operational: GOOD,
  degraded: FAIR,
  down: BAD,
  maintenance: "#4a63c9",
  "not observed": NEUTRAL,
  pending: NEUTRAL,
  paused: NEUTRAL,
};

/** Lower bounds of the uptime that is good and fair, for the colour alone. */
const GOOD_UPTIME = 0.999;
const FAIR_UPTIME = 0.99;

export function badge(kind: BadgeKind, site: SiteView, page: StatusPage): string {
  const words = wordsOf(page.language);
  switch (kind) {
    case "status":
      return drawn(site.name, words.site[site.standing], standingColours[site.standing]);
    case "uptime":
      if (site.uptime === null) return drawn(site.name, words.noResults, NEUTRAL);
      return drawn(site.name, words.uptime(percentage(site.uptime, words)), uptimeColour(site.uptime));
    case "response":
      if (site.responseTimeMs === null) return drawn(site.name, words.noResults, NEUTRAL);
      return drawn(site.name, `${Math.round(site.responseTimeMs)} ms`, NEUTRAL);
    default:
      return kind satisfies never;
  }
}

function uptimeColour(uptime: number): string {
  if (uptime >= GOOD_UPTIME) return GOOD;
  return uptime >= FAIR_UPTIME ? FAIR : BAD;
}

function drawn(label: string, message: string, color: string): string {
  return makeBadge({ label, message, color, labelColor: "#33383f", style: "flat" });
}
