/** What the page of one site reads. All keys begin with `keys.site(id)`, so that a live event finds them. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { ResultDetail, ResultList } from "../../../src/contract/api/sites/results.ts";
import type { SiteDetail } from "../../../src/contract/api/sites/sites.ts";
import type { Calendar, Uptime } from "../../../src/contract/api/sites/uptime.ts";
import type { Verdict } from "../../../src/contract/checks/check-result.ts";
import { keys } from "../api/query-client.ts";
import { queryString, read, request } from "../api/request.ts";

/** The site with its ETag. */
export function siteQuery(id: string) {
  return queryOptions({
    queryKey: [...keys.site(id), "detail"],
    queryFn: ({ signal }) => request<SiteDetail>(`/sites/${id}`, { signal }),
  });
}

export function uptimeQuery(id: string) {
  return queryOptions({
    queryKey: [...keys.site(id), "uptime"],
    queryFn: ({ signal }) => read<Uptime>(`/sites/${id}/uptime`, signal),
  });
}

export function calendarQuery(id: string, year: number) {
  return queryOptions({
    queryKey: [...keys.site(id), "calendar", year],
    queryFn: ({ signal }) => read<Calendar>(`/sites/${id}/calendar?year=${year}`, signal),
    placeholderData: keepPreviousData,
  });
}

export interface ResultFilter {
  readonly verdict?: Verdict | undefined;
  readonly location?: string | undefined;
}

const resultsAPage = 25;

/** Newest first. */
export function resultsQuery(id: string, { verdict, location }: ResultFilter) {
  return infiniteQueryOptions({
    queryKey: [...keys.site(id), "results", verdict ?? null, location ?? null],
    queryFn: ({ pageParam, signal }) =>
      read<ResultList>(
        `/sites/${id}/results${queryString({ verdict, location, limit: resultsAPage, cursor: pageParam })}`,
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
}

export function resultQuery(id: string, location: string, slot: string) {
  return queryOptions({
    queryKey: [...keys.site(id), "result", location, slot],
    queryFn: ({ signal }) =>
      read<ResultDetail>(
        `/sites/${id}/results/${encodeURIComponent(location)}/${encodeURIComponent(slot)}`,
        signal,
      ),
    // A recorded result does not change.
    staleTime: Number.POSITIVE_INFINITY,
  });
}
