/** Where one-time links lead. */
import type { Configuration } from "../../contract/settings/configuration.ts";
import type { IssuedLink } from "../operations/accounts/people.ts";

/**
 * The address of the page that takes the link. It comes from the configuration, never from a request's `Host` header.
 * The secret is in the fragment, which browsers send to no server: it reaches no log and no `Referer`. `servedAt` is
 * the address that is served, where it is known.
 */
export function linkAddress(
  { server: { publicUrl, port } }: Configuration,
  { kind, secret }: Pick<IssuedLink, "kind" | "secret">,
  servedAt = `http://127.0.0.1:${port}/`,
): string {
  return new URL(`/welcome#${kind}=${secret}`, publicUrl ?? servedAt).href;
}
