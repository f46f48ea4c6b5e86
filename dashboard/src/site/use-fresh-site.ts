/** Reads a site again when the live connection says that it changed: state and results at once, history less often. */
import { useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { keys } from "../api/query-client.ts";
import { useLiveEvents } from "../live/use-live.ts";

/** A history of a year is not read again for each result of it. */
const leastHistoryIntervalMs = 10_000;

export function useFreshSite(id: string): void {
  const client = useQueryClient();
  const historyReadAt = useRef(0);
  useLiveEvents("sites", (events) => {
    if (!events.some(({ sites }) => sites.some((site) => site.id === id))) return;
    const key = keys.site(id);
    client.invalidateQueries({ queryKey: [...key, "detail"] });
    client.invalidateQueries({ queryKey: [...key, "results"] });
    const now = performance.now();
    if (now - historyReadAt.current < leastHistoryIntervalMs) return;
    historyReadAt.current = now;
    client.invalidateQueries({ queryKey: [...key, "history"] });
    client.invalidateQueries({ queryKey: [...key, "uptime"] });
  });
  useLiveEvents("incidents", (events) => {
    if (!events.some(({ incidents }) => incidents.some((incident) => incident.siteId === id))) return;
    client.invalidateQueries({ queryKey: keys.site(id) });
  });
}
