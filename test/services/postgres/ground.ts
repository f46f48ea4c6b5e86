// Settings of databases for these tests.
import type { PostgresSettings } from "../../../src/contract/connection-settings.ts";

export function settingsOf(url: string, given: Partial<PostgresSettings> = {}): PostgresSettings {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname,
    port: Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: pathname.slice(1),
    sslMode: "prefer",
    ca: null,
    schema: "public",
    maxConnections: 5,
    ...given,
  };
}
