import type { ChannelRequest } from "./http-channel.ts";

/** A POST of a form, as browsers send one. */
export function formRequest(
  url: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): ChannelRequest {
  return {
    url,
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: new URLSearchParams(fields).toString(),
  };
}
