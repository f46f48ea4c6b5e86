/**
 * The route to a hop's server: direct, or through a proxy. Where the target policy allows public addresses only, the
 * proxy is given the address that was judged, never a name, and all requests use a tunnel. Where private addresses are
 * allowed, the proxy may be the only one that can resolve a name, so a name that fails to resolve here is left to it.
 */
import type { TLSSocket } from "node:tls";
import type { Attempt } from "../attempt/attempt.ts";
import { type Connection, dial, dialTls, wrapInTls } from "../dialling/connection.ts";
import { allowedAddresses, type Dialling, openConnection } from "../dialling/dialling.ts";
import { type TlsTarget, tlsOptions } from "../dialling/securing.ts";
import { ProbeError } from "../probe-error.ts";
import type { Hop } from "./hop.ts";
import type { ProxyPlan } from "./request-plan.ts";
import { openTunnel } from "./tunnel.ts";

/** Opens a connection for https, on which the handshake has begun. Rejects as `openPlainRoute` does. */
export async function openSecureRoute(
  hop: Hop,
  target: TlsTarget,
  proxy: ProxyPlan | null,
  dialling: Dialling,
  attempt: Attempt,
): Promise<Connection<TLSSocket>> {
  const options = tlsOptions(target);
  if (proxy === null) {
    const dialWithTls = (address: string, port: number) => dialTls(address, port, options);
    return await openConnection(dialling.instead(hop), dialling, dialWithTls, attempt);
  }
  return wrapInTls(await openTunnelThrough(proxy, hop, dialling, attempt), options);
}

export interface PlainRoute {
  readonly connection: Connection;
  /** The request's target: a path, or the whole URL where a proxy forwards it. */
  readonly target: string;
  /** Header lines for the proxy that forwards it, names and values by turns. */
  readonly proxyHeaders: readonly string[];
}

/** Opens a connection for http. Rejects with a `ProbeError`: dns_*, target_blocked, connect_*, proxy_failed. */
export async function openPlainRoute(
  hop: Hop,
  proxy: ProxyPlan | null,
  dialling: Dialling,
  attempt: Attempt,
): Promise<PlainRoute> {
  if (proxy === null) {
    const connection = await openConnection(dialling.instead(hop), dialling, dial, attempt);
    return { connection, target: hop.path, proxyHeaders: NO_HEADERS };
  }
  if (allowsPublicTargetsOnly(dialling)) {
    const connection = await openTunnelThrough(proxy, hop, dialling, attempt);
    return { connection, target: hop.path, proxyHeaders: NO_HEADERS };
  }
  await hostForProxy(hop, dialling, attempt);
  return {
    connection: await connectToProxy(proxy, dialling, attempt),
    target: `${hop.origin}${hop.path}`,
    proxyHeaders: proxy.authorization === null ? [] : ["proxy-authorization", proxy.authorization],
  };
}

const NO_HEADERS: readonly string[] = [];

function allowsPublicTargetsOnly({ guard }: Dialling): boolean {
  return !guard.policy.has("private");
}

async function openTunnelThrough(
  proxy: ProxyPlan,
  hop: Hop,
  dialling: Dialling,
  attempt: Attempt,
): Promise<Connection> {
  const host = await hostForProxy(hop, dialling, attempt);
  const connection = await connectToProxy(proxy, dialling, attempt);
  await openTunnel(connection, { host, port: hop.port }, proxy, attempt);
  return connection;
}

/** The address or the name to give the proxy. Rejects with target_blocked, and with dns_* where only public targets are allowed. */
async function hostForProxy(hop: Hop, dialling: Dialling, attempt: Attempt): Promise<string> {
  try {
    const [first] = await allowedAddresses(hop.host, dialling, attempt);
    return allowsPublicTargetsOnly(dialling) ? (first?.address ?? hop.host) : hop.host;
  } catch (error) {
    const unresolved = error instanceof ProbeError && error.code.startsWith("dns_") && !attempt.over;
    if (unresolved && !allowsPublicTargetsOnly(dialling)) return hop.host;
    throw error;
  }
}

async function connectToProxy(proxy: ProxyPlan, dialling: Dialling, attempt: Attempt): Promise<Connection> {
  try {
    return await openConnection(proxy, { ...dialling, ipVersion: "auto" }, dial, attempt);
  } catch (error) {
    if (!(error instanceof ProbeError) || error.code === "target_blocked") throw error;
    throw new ProbeError("proxy_failed", `the proxy can't be reached: ${error.message}`);
  }
}
