/** Where one-time links lead. */
import type { IssuedLink } from "../operations/people.ts";

/**
 * The address of the page that takes the link. It comes from the configuration, never from a request's `Host` header.
 * The secret is in the fragment, which browsers send to no server: it reaches no log and no `Referer`.
 */
export function linkAddress({ kind, secret }: IssuedLink): string {
  return new URL(`/welcome#${kind}=${secret}`, "http://127.0.0.1:8642/").href;
}
