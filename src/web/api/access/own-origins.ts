/** The origins of this server's own pages, known once it listens. */
import { isIPv6 } from "node:net";
import type { ServerResources } from "../../../apps/wiring/server-resources.ts";
import type { ApiServer } from "../api-server.ts";

/** That of the address for people first. */
export type OwnOrigins = readonly [string, ...string[]];

const EVERY_ADDRESS = new Set(["0.0.0.0", "::"]);

export function ownOrigins(
  server: ApiServer,
  { address, configuration }: Pick<ServerResources, "address" | "configuration">,
): OwnOrigins {
  const bound = server.server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : configuration.server.port;
  const { publicUrl } = configuration.server;
  const name = EVERY_ADDRESS.has(address) ? "127.0.0.1" : address;
  const listening = `http://${isIPv6(name) ? `[${name}]` : name}:${port}`;
  const first = publicUrl === undefined ? listening : new URL(publicUrl).origin;
  const others = [listening, ...["127.0.0.1", "localhost", "[::1]"].map((each) => `http://${each}:${port}`)];
  return [first, ...new Set(others.filter((origin) => origin !== first))];
}
