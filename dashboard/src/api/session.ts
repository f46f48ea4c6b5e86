/** Who is looking, and what they may do. */
import { useQuery } from "@tanstack/react-query";
import type { Session } from "../../../src/contract/api/accounts/session.ts";
import { keys } from "./query-client.ts";
import { read } from "./request.ts";

export type Right = Session["rights"][number];

export function useSession() {
  return useQuery({
    queryKey: keys.session,
    queryFn: ({ signal }) => read<Session>("/session", signal),
    staleTime: 300_000,
  });
}

/** Whether the reader has the right; false while it is not known. */
export function useRight(right: Right): boolean {
  return useSession().data?.rights.includes(right) ?? false;
}
