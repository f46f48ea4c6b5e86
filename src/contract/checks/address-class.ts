/** The classes of addresses that the configuration can allow or refuse to check. */

export const addressClasses = ["public", "private", "loopback", "link-local", "reserved"] as const;

/**
 * - `private`: RFC 1918, RFC 6598 (carrier-grade NAT), RFC 4193 and the deprecated site-local addresses
 * - `link-local`: RFC 3927, fe80::/10, and cloud metadata services at any address
 * - `reserved`: multicast, broadcast, unspecified, documentation, benchmarking and everything else that IANA reserves
 */
export type AddressClass = (typeof addressClasses)[number];
