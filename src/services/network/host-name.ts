/** Removes the brackets that URLs put around IPv6 addresses (RFC 3986, section 3.2.2); sockets take none. */
export function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, "");
}
