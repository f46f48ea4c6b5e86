/** What the pages of incidents read. All keys begin with `keys.incidents`, so that a live event finds them. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { IncidentDetail, IncidentList } from "../../../src/contract/api/alerting/incidents.ts";
import { keys } from "../api/query-client.ts";
import { queryString, read, request } from "../api/request.ts";
import type { IncidentsSearch } from "./incidents-search.ts";

const incidentsAPage = 50;

/** Newest first. */
export function incidentsQuery({ state, severity, site, tag }: IncidentsSearch) {
  return infiniteQueryOptions({
    queryKey: [...keys.incidents, "list", state ?? null, severity ?? null, site ?? null, tag ?? null],
    queryFn: ({ pageParam, signal }) =>
      read<IncidentList>(
        `/incidents${queryString({ state, severity, site, tag, limit: incidentsAPage, cursor: pageParam })}`,
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
}

/** The incident with its ETag. */
export function incidentQuery(id: string) {
  return queryOptions({
    queryKey: [...keys.incidents, "detail", id],
    queryFn: ({ signal }) => request<IncidentDetail>(`/incidents/${id}`, { signal }),
  });
}
