/** Which incidents a route is for, in words. */
import { useQuery } from "@tanstack/react-query";
import type { WrittenRoute } from "../../../../src/contract/api/alerting/routes.ts";
import { sitesQuery, titleOf } from "../../api/site-table.ts";
import { StateLabel } from "../../design/state.tsx";
import { Tag } from "../../design/tag.tsx";
import { useWords } from "../../words/words.tsx";

export function Condition({ match = {} }: { readonly match?: WrittenRoute["match"] }) {
  const words = useWords().settings;
  const { data: sites } = useQuery({ ...sitesQuery, enabled: match.site !== undefined });
  const { tag, site, severity, kind, days, from, to, timezone } = match;
  const found = site === undefined ? undefined : sites?.byId.get(site);
  const hasTime = days !== undefined || from !== undefined || to !== undefined;
  if (tag === undefined && site === undefined && severity === undefined && kind === undefined && !hasTime) {
    return <span>{words.routes.everyIncident}</span>;
  }
  return (
    <>
      {kind === undefined ? null : <span>{words.incidentKinds[kind]}</span>}
      {site === undefined ? null : <span className="break-all">{found ? titleOf(found) : site}</span>}
      {tag === undefined ? null : <Tag tag={tag} className="max-w-48!" />}
      {severity === undefined ? null : <StateLabel state={severity} />}
      {hasTime ? (
        <span className="font-normal text-ink-muted">
          {[
            days === undefined ? null : days.map((day) => words.weekdaysShort[day]).join(", "),
            from === undefined && to === undefined ? null : `${from ?? "00:00"}–${to ?? "24:00"}`,
            timezone ?? "UTC",
          ]
            .filter((each) => each !== null)
            .join(" · ")}
        </span>
      ) : null}
    </>
  );
}
