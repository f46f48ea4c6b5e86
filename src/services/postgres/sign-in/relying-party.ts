/** For whom a passkey is made: a host name (Web Authentication Level 3, section 5.1.2; IP addresses have no passkeys). */
import { isIP } from "node:net";
import { APIError } from "better-auth/api";

export interface RelyingParty {
  readonly publicUrl: string;
  /** Other origins of the same server. */
  readonly otherOrigins: readonly string[];
}

/**
 * The relying party's id for the origin that a request comes from. Throws `APIError` for a foreign origin, and for one
 * that is an IP address.
 */
export function relyingParty(
  { publicUrl, otherOrigins }: RelyingParty,
  headers: Headers | undefined,
): { readonly id: string; readonly origins: readonly string[] } {
  const origins = [new URL(publicUrl).origin, ...otherOrigins];
  const origin = headers?.get("origin") ?? new URL(publicUrl).origin;
  const { hostname } = new URL(origins.includes(origin) ? origin : publicUrl);
  if (!origins.includes(origin) || isIP(hostname.replace(/^\[|\]$/g, "")) !== 0) {
    throw new APIError("BAD_REQUEST", {
      code: "PASSKEY_NEEDS_HOST_NAME",
      message: "passkeys need a host name: open Sitewire by one, such as http://localhost:8642/",
    });
  }
  return { id: hostname, origins: origins.filter((known) => new URL(known).hostname === hostname) };
}
