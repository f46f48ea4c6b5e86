/** Keeps the query cache as fresh as the live connection: states are written into it, what else changed is read again. */
import { keys, queryClient } from "../api/query-client.ts";
import { applyLiveSites, type SiteTable } from "../api/site-table.ts";
import { connect, liveState, onLive, onLiveState } from "./connection.ts";

export function startLiveUpdates(): void {
  onLive("sites", (events) => {
    const table = queryClient.getQueryData<SiteTable>(keys.sites);
    if (!table) return;
    queryClient.setQueryData(
      keys.sites,
      applyLiveSites(
        table,
        events.flatMap((event) => event.sites),
      ),
    );
  });
  onLive("incidents", () => queryClient.invalidateQueries({ queryKey: keys.incidents }));
  onLive("definitions", () => {
    queryClient.invalidateQueries({ queryKey: keys.sites });
    queryClient.invalidateQueries({ queryKey: ["site"] });
  });
  let interrupted = false;
  onLiveState(() => {
    if (liveState() === "reconnecting") interrupted = true;
    if (liveState() !== "live" || !interrupted) return;
    interrupted = false;
    // The server may have restarted and not know where this page stopped.
    queryClient.invalidateQueries();
  });
  connect();
}
