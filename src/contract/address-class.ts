/** Classes of addresses, as configuration says which of them may be checked. */

export const addressClasses = ["public", "private", "loopback", "link-local", "reserved"] as const;

/**
 * - `private`: RFC 1918, RFC 6598 (carrier-grade NAT), RFC 4193 and the deprecated site-local addresses
 * - `link-local`: RFC 3927, fe80::/10, and the metadata services of clouds wherever they live
 * - `reserved`: multicast, broadcast, unspecified, documentation, benchmarking and all else IANA holds back
 */
export type AddressClass = (typeof addressClasses)[number];
