/** Keeps the query cache as fresh as the live connection: states are written into it, what else changed is read again. */
import { keys, queryClient } from "../api/query-client.ts";
import { applyLiveSites, type SiteTable } from "../api/site-table.ts";
import { onLive, startLive } from "./connection.ts";

export function startLiveUpdates(): void {
  onLive("sites", (events) => {
    const table = queryClient.getQueryData<SiteTable>(keys.sites);
    if (!table) return;
    const updates = events.flatMap((event) => event.sites);
    queryClient.setQueryData(keys.sites, applyLiveSites(table, updates));
    // A site that a monitor has just made known.
    if (updates.some(({ id }) => !table.byId.has(id))) refresh(keys.sites);
  });
  onLive("incidents", () => refresh(keys.incidents));
  onLive("definitions", () => {
    refresh(keys.sites);
    refresh(["site"]);
  });
  let isFirst = true;
  onLive("hello", (events) => {
    // What happened in between is not known: read everything again.
    if (!isFirst && events.some(({ resumed }) => !resumed)) refresh([]);
    isFirst = false;
  });
  startLive();
}

function refresh(queryKey: readonly string[]): void {
  void queryClient.invalidateQueries({ queryKey });
}
