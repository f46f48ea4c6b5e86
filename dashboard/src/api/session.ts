/** Who is looking, and what they may do. */
import { useQuery } from "@tanstack/react-query";
import { keys } from "./query-client.ts";
import { read } from "./request.ts";

export type Right = "read" | "edit" | "administer";

export interface Session {
  readonly person: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly role: string;
  } | null;
  readonly rights: readonly Right[];
  /** No account exists yet: the terminal printed a link that makes the first. */
  readonly setupNeeded: boolean;
  readonly signInMethods: {
    readonly password: boolean;
    readonly passkey: boolean;
    readonly oidc: readonly { readonly id: string; readonly name: string }[];
  };
}

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
