/** Tests one address of Kafka for `sitewire doctor`: the connection, TLS, and the login. */
import { connect, isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import type { KafkaSettings, TlsSettings } from "../../../contract/settings/connection-settings.ts";
import { type Finding, type Outcome, passed } from "../../../core/diagnosis/finding.ts";
import { inOrder, type Step } from "../../../core/diagnosis/steps.ts";
import { opened } from "../../network/opened.ts";
import { Admin } from "../client-adapters/client.ts";
import { dropConnections } from "../client-adapters/connections.ts";
import { tlsOptions } from "../client-adapters/tls-options.ts";
import { Cluster } from "../connecting/cluster.ts";
import { failureOf } from "./failure-outcome.ts";

const CONNECT_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 8_000;

interface Address {
  readonly host: string;
  readonly port: number;
}

/** `address` is host:port; each finding's name begins with `name`. Throws `UsageError` for unusable certificates. */
export async function diagnoseBroker(
  settings: KafkaSettings,
  address: string,
  name: string,
): Promise<readonly Finding[]> {
  const cluster = new Cluster({ ...settings, brokers: [address] });
  const { tls } = settings;
  const place = placeOf(address);
  const tried = (what: string, attempt: () => Promise<string>): Step => ({
    name: `${name}, ${what}`,
    attempt: () => outcomeOf(attempt, cluster),
  });
  return await inOrder([
    tried("reachable", () => reach(place)),
    ...(tls === null ? [] : [tried("TLS", () => shakeHands(place, tls))]),
    tried(loginOf(settings) === null ? "answer" : "authentication", () => ask(cluster)),
  ]);
}

/** `[host]:port` where the host is an IPv6 address. */
export function addressOf({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function placeOf(address: string): Address {
  const [, host = address, port = ""] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  return { host, port: Number(port) };
}

async function outcomeOf(attempt: () => Promise<string>, cluster: Cluster): Promise<Outcome> {
  try {
    return passed(await attempt());
  } catch (error) {
    return failureOf(error, cluster);
  }
}

async function reach({ host, port }: Address): Promise<string> {
  const socket = connect({ host, port });
  await opened(socket, "connect", CONNECT_TIMEOUT_MS);
  const { remoteAddress = host } = socket;
  socket.destroy();
  return `connected to ${addressOf({ host: remoteAddress, port })}`;
}

async function shakeHands({ host, port }: Address, tls: TlsSettings): Promise<string> {
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const socket = connectTls({ host, port, ...servername, ...tlsOptions(tls) });
  await opened(socket, "secureConnect", CONNECT_TIMEOUT_MS);
  const verified = tls.verify ? "certificate verified" : "certificate NOT verified";
  const until = Date.parse(socket.getPeerCertificate().valid_to);
  const valid = Number.isNaN(until) ? "" : `, valid until ${new Date(until).toISOString().slice(0, 10)}`;
  const protocol = socket.getProtocol();
  socket.destroy();
  return `${protocol}, ${verified}${valid}`;
}

async function ask(cluster: Cluster): Promise<string> {
  const client = cluster.watched(new Admin(cluster.clientOptions(REQUEST_TIMEOUT_MS)));
  try {
    await client.metadata({ topics: [] });
  } finally {
    dropConnections(client);
  }
  const login = loginOf(cluster.settings) ?? "speaks Kafka, no login";
  return cluster.settings.tls === null ? `${login}, in plain text` : login;
}

/** How the client identifies itself to the broker; null when it does not. */
function loginOf({ sasl, tls }: KafkaSettings): string | null {
  if (sasl !== null) return `logged in as ${sasl.username} (${sasl.mechanism})`;
  return tls?.certificate === undefined ? null : "logged in by client certificate";
}
