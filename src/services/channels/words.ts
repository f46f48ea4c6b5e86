import type { Notice, NoticeText } from "../../core/alerting/wording/notice.ts";

/** The words of a notice: the standard ones, or those of a template. */
export type WordsOf = (notice: Notice) => NoticeText;

/** A digest as notices of one incident each, for services that keep an alert for each. */
export function singleNotices(notice: Notice): readonly Notice[] {
  return notice.incidents.map((incident) => ({ ...notice, incidents: [incident], key: incident.id }));
}
