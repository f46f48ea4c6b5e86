/** One cache for all pages. The live connection keeps it fresh, so nothing is read again just because it was looked at. */
import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./request.ts";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) =>
        failures < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
});

/** The first parts of query keys; what a live event concerns is found by them. */
export const keys = {
  session: ["session"],
  sites: ["sites"],
  site: (id: string) => ["site", id],
  incidents: ["incidents"],
  pipeline: ["pipeline"],
} as const;
