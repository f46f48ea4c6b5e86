import type { ChannelRequest } from "./http-channel.ts";

/** A POST of JSON. */
export function jsonRequest(
  url: string,
  payload: unknown,
  headers: Readonly<Record<string, string>> = {},
): ChannelRequest {
  return { url, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(payload) };
}

/** A path below the address of a service, whether or not that ends with a slash. */
export function below(base: string, path: string): string {
  return `${base.replace(/\/+$/, "")}/${path}`;
}
