/**
 * Which addresses may be checked. The decision is taken on the resolved address a connection is about to be made
 * to, at every hop, so a name that resolves differently the next time gains nothing.
 */
import ipaddr from "ipaddr.js";
import type { AddressClass } from "../../contract/address-class.ts";
import { isMetadataAddress } from "./metadata-addresses.ts";

export type TargetPolicy = ReadonlySet<AddressClass>;

/** For one's own machine: everything but link-local and reserved. */
export const LOCAL_TARGET_POLICY: TargetPolicy = new Set(["public", "private", "loopback"]);

/** For sites that strangers may name. */
export const PUBLIC_TARGET_POLICY: TargetPolicy = new Set(["public"]);

/** The class of an IPv4 or IPv6 address; what is no address is `reserved`. */
export function classifyAddress(address: string): AddressClass {
  if (!ipaddr.isValid(address)) return "reserved";
  const parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv4) return classOfIPv4(parsed);
  const embedded = embeddedIPv4(parsed);
  if (embedded !== null) return classOfIPv4(embedded);
  if (isMetadataAddress(parsed)) return "link-local";
  const range: string = parsed.range();
  switch (range) {
    case "unicast":
      // RFC 4291: what is not in 2000::/3 has not been given out for global unicast.
      return ((parsed.parts[0] ?? 0) & 0xe000) === 0x2000 ? "public" : "reserved";
    case "loopback":
      return "loopback";
    case "linkLocal":
      return "link-local";
    case "uniqueLocal":
    case "deprecatedSiteLocal":
      return "private";
    default:
      return "reserved";
  }
}

function classOfIPv4(address: ipaddr.IPv4): AddressClass {
  if (isMetadataAddress(address)) return "link-local";
  switch (address.range()) {
    case "unicast":
    case "as112":
    case "amt":
      return "public";
    case "private":
    case "carrierGradeNat":
      return "private";
    case "loopback":
      return "loopback";
    case "linkLocal":
      return "link-local";
    default:
      return "reserved";
  }
}

/**
 * The IPv4 address a packet to this IPv6 address may end at: IPv4-mapped and -compatible (RFC 4291), translated
 * (RFC 2765), NAT64 with the well-known prefix (RFC 6052), 6to4 (RFC 3056), Teredo (RFC 4380) and ISATAP (RFC 5214).
 * Where NAT64's local prefix (RFC 8215) hides its IPv4 address can't be known, so it stays `reserved`.
 */
function embeddedIPv4(address: ipaddr.IPv6): ipaddr.IPv4 | null {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = address.parts;
  const leadingZeros = a === 0 && b === 0 && c === 0 && d === 0;
  if (leadingZeros && e === 0 && (f === 0xffff || (f === 0 && (g !== 0 || h > 1)))) return ipv4Of(g, h);
  if (leadingZeros && e === 0xffff && f === 0) return ipv4Of(g, h);
  if (a === 0x64 && b === 0xff9b && c === 0 && d === 0 && e === 0 && f === 0) return ipv4Of(g, h);
  if (a === 0x2002) return ipv4Of(b, c);
  if (a === 0x2001 && b === 0) return ipv4Of(g ^ 0xffff, h ^ 0xffff);
  if ((e & 0xfdff) === 0 && f === 0x5efe) return ipv4Of(g, h);
  return null;
}

function ipv4Of(high: number, low: number): ipaddr.IPv4 {
  return new ipaddr.IPv4([high >> 8, high & 0xff, low >> 8, low & 0xff]);
}
