/**
 * The way to a hop's server: straight, or through a proxy. Where strangers name the sites (private addresses are not
 * allowed), a proxy is told addresses only, the very ones that were judged, and everything goes through a tunnel. On
 * one's own network it may be the proxy alone that can resolve names: what can't be resolved here is left to it.
 */
import type { Socket } from "node:net";
import type { Attempt } from "./attempt.ts";
import { allowedAddresses, type Dialling, openConnection } from "./connecting.ts";
import type { Hop } from "./hop.ts";
import { ProbeError } from "./probe-error.ts";
import type { ProxyPlan } from "./request-plan.ts";
import { openTunnel } from "./tunnel.ts";

export interface Route {
  /** Plain: a TLS handshake may follow. */
  readonly socket: Socket;
  /** The request's target: a path, or the whole URL where a proxy forwards it. */
  readonly requestTarget: string;
  /** Header lines for the proxy that forwards it, names and values by turns. */
  readonly proxyHeaders: readonly string[];
}

/** Rejects with a `ProbeError`: dns_*, target_blocked, connect_*, proxy_failed. */
export async function openRoute(
  hop: Hop,
  proxy: ProxyPlan | null,
  dialling: Dialling,
  attempt: Attempt,
): Promise<Route> {
  if (proxy === null) {
    const socket = await openConnection(hop, dialling, attempt);
    return { socket, requestTarget: hop.path, proxyHeaders: [] };
  }
  const amongStrangers = !dialling.targetPolicy.has("private");
  const host = await hostForProxy(hop, dialling, amongStrangers, attempt);
  const toProxy = await openConnection(proxy, { ...dialling, ipVersion: "auto" }, attempt).catch(
    asProxyFailure,
  );
  if (hop.secure || amongStrangers) {
    const socket = await openTunnel(toProxy, { host, port: hop.port }, proxy, attempt);
    return { socket, requestTarget: hop.path, proxyHeaders: [] };
  }
  return {
    socket: toProxy,
    requestTarget: `${hop.origin}${hop.path}`,
    proxyHeaders: proxy.authorization === null ? [] : ["proxy-authorization", proxy.authorization],
  };
}

/** The address, or else the name, a proxy is told. Rejects with target_blocked, and among strangers with dns_*. */
async function hostForProxy(
  hop: Hop,
  dialling: Dialling,
  amongStrangers: boolean,
  attempt: Attempt,
): Promise<string> {
  try {
    const [first] = await allowedAddresses(hop.host, dialling, attempt);
    return amongStrangers ? (first?.address ?? hop.host) : hop.host;
  } catch (error) {
    const unresolved = error instanceof ProbeError && error.code.startsWith("dns_") && !attempt.over;
    if (unresolved && !amongStrangers) return hop.host;
    throw error;
  }
}

function asProxyFailure(error: unknown): never {
  if (error instanceof ProbeError && error.code !== "target_blocked") {
    throw new ProbeError("proxy_failed", `the proxy can't be reached: ${error.message}`);
  }
  throw error;
}
