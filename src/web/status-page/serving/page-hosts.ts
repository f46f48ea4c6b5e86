/**
 * Host names of status pages. A request to one of them is answered as a request to that page, so that nothing else is
 * reached there: neither the dashboard, nor the API, nor another page.
 */
import type { IncomingMessage } from "node:http";
import { ASSETS_PATH, pagePath } from "./paths.ts";
import type { PublishedPages } from "./published-pages.ts";

/** For Fastify's `rewriteUrl`: the address of a request within the whole server. */
export function rewriteForPageHost(pages: PublishedPages) {
  return ({ url = "/", headers }: Pick<IncomingMessage, "url" | "headers">): string => {
    const slug = pages.slugOfHost(hostNameOf(headers.host));
    if (slug === null || url.startsWith(`${ASSETS_PATH}/`) || url.startsWith(`${pagePath(slug)}/`))
      return url;
    return `${pagePath(slug)}${url === "/" ? "" : url.startsWith("/?") ? url.slice(1) : url}`;
  };
}

/** Without the port; "" without a host. */
function hostNameOf(host: string | undefined): string {
  return (host ?? "").toLowerCase().replace(/:\d+$/, "");
}
