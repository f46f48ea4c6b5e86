/** Who may read without signing in: somebody at this very machine, whose request nobody forwarded. */

export interface RequestOrigin {
  /** The socket's remote address. */
  readonly remoteAddress: string | undefined;
  /** The `Host` header. */
  readonly host: string | undefined;
  /** Lower-case names of the request's headers. */
  readonly headerNames: readonly string[];
}

/** Headers that a proxy adds (RFC 7239, and the older ones). A request with one was made elsewhere. */
const FORWARDING_HEADERS = new Set([
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
  "cf-connecting-ip",
  "true-client-ip",
]);

const LOOPBACK_NAMES = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Whether a request comes from a program on this machine: over loopback, to a loopback name (so that no page of another
 * site reads it by DNS rebinding), and through no proxy.
 */
export function isLocalRequest({ remoteAddress, host, headerNames }: RequestOrigin): boolean {
  if (headerNames.some((name) => FORWARDING_HEADERS.has(name))) return false;
  return isLoopbackAddress(remoteAddress) && isLoopbackHost(host);
}

/** Whether a `Host` header or an address to listen on names this machine only. */
export function isLoopbackHost(host: string | undefined): boolean {
  if (host === undefined) return false;
  const name = host.toLowerCase().replace(/:\d+$/, "");
  return LOOPBACK_NAMES.has(name) || name.endsWith(".localhost");
}

function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = address.replace(/^::ffff:/i, "");
  return plain === "::1" || /^127\.\d+\.\d+\.\d+$/.test(plain);
}
