/** What is read of silences. */
import { queryOptions } from "@tanstack/react-query";
import type { SilenceList } from "../../../../src/contract/api/alerting/silences.ts";
import { read } from "../../api/request.ts";

export const silencesQuery = queryOptions({
  queryKey: ["silences"],
  queryFn: ({ signal }) => read<SilenceList>("/silences", signal),
  refetchInterval: 30_000,
});
