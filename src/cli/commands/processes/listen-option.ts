/** `--listen`, where the dashboard and the API are served. */
import { UsageError } from "../../../contract/errors.ts";

export interface ListenOptions {
  readonly listen?: string;
}

export const LISTEN_OPTION = [
  "--listen <address:port>",
  "where the dashboard and the API are served (default: 127.0.0.1:8642)",
] as const;

/** The settings that `--listen` sets. Throws `UsageError`. */
export function listenFlags({ listen }: ListenOptions): Readonly<Record<string, string | undefined>> {
  if (listen === undefined) return {};
  const match = /^(?:(.+):)?(\d{1,5})$/.exec(listen);
  if (match === null) {
    throw new UsageError(
      `--listen is "${listen}": must be address:port, such as 127.0.0.1:8642 or [::1]:8642`,
    );
  }
  return { "server.address": match[1], "server.port": match[2] };
}
