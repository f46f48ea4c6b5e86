/** The maintenance of a status page as a calendar that programs subscribe to (iCalendar, RFC 5545). */
import ical from "ical-generator";
import type { StatusPageView } from "../../../core/status-pages/page-view.ts";
import { wordsOf } from "../rendering/words.ts";

export function maintenanceCalendar(view: StatusPageView, host: string): string {
  const words = wordsOf(view.page.language);
  const calendar = ical({ name: view.page.title, prodId: { company: "Sitewire", product: "Status page" } });
  for (const { id, name, sites, fromMs, untilMs } of [
    ...view.activeMaintenance,
    ...view.plannedMaintenance,
  ]) {
    calendar.createEvent({
      id: `${id}@${host}`,
      start: new Date(fromMs),
      end: new Date(untilMs),
      stamp: new Date(view.readAtMs),
      summary: name,
      description: words.affects(sites.length === 0 ? [words.allSites] : sites),
    });
  }
  return calendar.toString();
}
