/** A host as sockets take it: URLs write an IPv6 address in brackets (RFC 3986 section 3.2.2), sockets do not. */
export function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, "");
}
