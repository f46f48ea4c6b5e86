/**
 * Decides which addresses may be checked. The prober asks for every hop, with the resolved address to which it connects.
 * DNS rebinding therefore cannot bypass the policy.
 */
import ipaddr from "ipaddr.js";
import type { AddressClass } from "../../contract/checks/address-class.ts";
import { isMetadataAddress } from "./metadata-addresses.ts";

export type TargetPolicy = ReadonlySet<AddressClass>;

/** For sites that the operator defines: everything except link-local and reserved. */
export const LOCAL_TARGET_POLICY: TargetPolicy = new Set(["public", "private", "loopback"]);

/** For sites that anyone can define. */
export const PUBLIC_TARGET_POLICY: TargetPolicy = new Set(["public"]);

/** Classifies an IPv4 or IPv6 address. Anything else is `reserved`. */
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
      // IANA allocates global unicast addresses only from 2000::/3 (RFC 3587, section 3).
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
 * The IPv4 address that a packet to this IPv6 address may reach: IPv4-mapped and -compatible (RFC 4291), translated
 * (RFC 2765), NAT64 with the well-known prefix (RFC 6052), 6to4 (RFC 3056), Teredo (RFC 4380) and ISATAP (RFC 5214).
 * The position of the IPv4 address within NAT64's local prefix (RFC 8215) is unknown, so that prefix stays `reserved`.
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
