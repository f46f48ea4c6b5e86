/** What is read of maintenance, and how windows are added and removed. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type {
  Maintenance,
  MaintenanceCalendar,
  MaintenanceDefinition,
  MaintenanceList,
} from "../../../../src/contract/api/alerting/maintenance.ts";
import { queryString, read, request } from "../../api/request.ts";

const maintenanceKey = ["maintenance"];

export const maintenanceQuery = queryOptions({
  queryKey: [...maintenanceKey, "windows"],
  queryFn: ({ signal }) => read<MaintenanceList>("/maintenance", signal),
  refetchInterval: 60_000,
});

export const calendarQuery = (from: Date, to: Date) =>
  queryOptions({
    queryKey: [...maintenanceKey, "calendar", from.getTime(), to.getTime()],
    queryFn: ({ signal }) =>
      read<MaintenanceCalendar>(
        `/maintenance/calendar${queryString({ from: from.toISOString(), to: to.toISOString() })}`,
        signal,
      ),
    placeholderData: keepPreviousData,
  });

/** Reads windows and calendar again after each change. */
export function useSaveWindow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({
      definition,
      changed,
    }: {
      readonly definition: MaintenanceDefinition;
      /** Null: a new one. */
      readonly changed: Maintenance | null;
    }) =>
      changed === null
        ? request<Maintenance>("/maintenance", { method: "POST", body: definition })
        : request<Maintenance>(`/maintenance/${changed.id}`, {
            method: "PUT",
            body: definition,
            ifMatch: `"${changed.revision}"`,
          }),
    onSuccess: () => client.invalidateQueries({ queryKey: maintenanceKey }),
  });
}

export function useRemoveWindow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, revision }: Maintenance) =>
      request(`/maintenance/${id}`, { method: "DELETE", ifMatch: `"${revision}"` }),
    onSettled: () => client.invalidateQueries({ queryKey: maintenanceKey }),
  });
}

/** What adds the same window again. */
export function definitionOf(window: Maintenance): MaintenanceDefinition {
  const { name, start, durationMs, timezone, rrule, tags, sites } = window;
  return { name, start, durationMs, timezone, rrule, tags, sites };
}
