/** From a name to the addresses a connection may be tried to. */

export type IpVersion = "auto" | "4" | "6";

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

export interface NameResolver {
  /**
   * The addresses of a name, in the order they are to be tried; at least one. Rejects with a `ProbeError`
   * (dns_not_found, dns_timeout, dns_failed). Whoever asks no longer waits after its deadline, so a resolver need
   * not be stoppable, only bounded.
   */
  resolve(name: string, ipVersion: IpVersion): Promise<readonly ResolvedAddress[]>;
}
