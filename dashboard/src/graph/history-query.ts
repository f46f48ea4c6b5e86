/** Reads the history that a graph draws. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { History } from "../../../src/contract/api/sites/results.ts";
import { keys } from "../api/query-client.ts";
import { queryString, read } from "../api/request.ts";
import { resolutionOf, type TimeRange } from "./range.ts";

/** `location`: only this one; all together when undefined. */
export function historyQuery(id: string, range: TimeRange, location: string | undefined) {
  const from = new Date(range.fromMs).toISOString();
  const to = new Date(range.toMs).toISOString();
  const resolution = resolutionOf(range);
  return queryOptions({
    queryKey: [...keys.site(id), "history", from, to, location ?? null],
    queryFn: ({ signal }) =>
      read<History>(`/sites/${id}/history${queryString({ from, to, resolution, location })}`, signal),
    placeholderData: keepPreviousData,
  });
}
