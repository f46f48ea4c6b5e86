/** What forms of the settings let people pick from: sites, tags, channels. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useRight } from "../api/session.ts";
import { sitesQuery, titleOf } from "../api/site-table.ts";
import type { Choice } from "../design/picker.tsx";
import { channelsQuery } from "./channels/queries.ts";

/** Sites by id, in the order of their names. */
export function useSiteChoices(): readonly Choice[] {
  const { data: table } = useQuery(sitesQuery);
  return useMemo(() => {
    if (table === undefined) return [];
    return table.ids.flatMap((id) => {
      const site = table.byId.get(id);
      if (site === undefined) return [];
      return [{ value: id, label: titleOf(site), hint: site.name === null ? undefined : site.url }];
    });
  }, [table]);
}

/** The tags that sites have. */
export function useTagChoices(): readonly Choice[] {
  const { data: table } = useQuery(sitesQuery);
  return useMemo(() => {
    const tags = new Set([...(table?.byId.values() ?? [])].flatMap((site) => site.tags));
    return [...tags].sort().map((tag) => ({ value: tag, label: tag }));
  }, [table]);
}

export function useChannelChoices(): readonly Choice[] {
  const mayRead = useRight("edit");
  const { data } = useQuery({ ...channelsQuery, enabled: mayRead });
  return useMemo(
    () => (data?.items ?? []).map(({ name, type }) => ({ value: name, label: name, hint: type })),
    [data],
  );
}
