/**
 * The key exchange groups a check offers, and which key shares it sends at once. A server that takes none of the
 * shares asks for another (HelloRetryRequest), which costs a round trip. Servers ask even for a share they merely
 * prefer: OpenSSL 3.5, BoringSSL and Go do so for X25519MLKEM768, older ones for X25519. So these two are sent, and
 * P-256 for servers held to NIST curves (RFC 8446, section 9.1).
 */
import { createSecureContext } from "node:tls";

/** OpenSSL 3.5 marks with `*` the groups whose share is sent. */
const PREFERENCES = [
  "*X25519MLKEM768:*X25519:*P-256:P-384:P-521",
  // OpenSSL before 3.5 has no marks and sends the first group's share.
  "X25519:P-256:P-384:P-521",
  // What Node chooses, for a build that takes neither.
  "auto",
] as const;

/** The first preference that `isSupported` holds for; by default, what this Node's OpenSSL can set. */
export function chooseGroups(isSupported: (groups: string) => boolean = canBeSet): string {
  return PREFERENCES.find(isSupported) ?? "auto";
}

function canBeSet(ecdhCurve: string): boolean {
  try {
    createSecureContext({ ecdhCurve });
    return true;
  } catch {
    return false;
  }
}
