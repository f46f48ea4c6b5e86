/**
 * Cookies of one attempt: what a server sets with a redirect is sent to where it leads, as a browser would. Without
 * them a site that asks for a cookie by redirecting to itself looks like a loop. Nothing is kept for the next attempt.
 */
import type { CookieJar } from "tough-cookie";
import type { Hop } from "./hop.ts";

/** What browsers hold at most for one site, or a little more. */
const COOKIES_AT_MOST = 50;
const COOKIE_BYTES_AT_MOST = 4096;

export class AttemptCookies {
  #jar: CookieJar | null = null;

  /** `setCookies` are the Set-Cookie lines of the response to `url`; what is no cookie is passed over. */
  async keep(setCookies: readonly string[], url: string): Promise<void> {
    this.#jar ??= await emptyJar();
    for (const setCookie of setCookies.slice(0, COOKIES_AT_MOST)) {
      if (setCookie.length > COOKIE_BYTES_AT_MOST) continue;
      this.#jar.setCookieSync(setCookie, url, { ignoreError: true });
    }
  }

  /** The hop with the cookies that belong to it, behind those of the site's own headers. */
  addTo(hop: Hop): Hop {
    const text = this.#jar?.getCookieStringSync(hop.url) ?? "";
    if (text === "") return hop;
    // Header lines have a character for each byte.
    const cookies = Buffer.from(text, "utf8").toString("latin1");
    const own = hop.headers.findIndex((text, index) => index % 2 === 0 && text === "cookie");
    return {
      ...hop,
      headers:
        own < 0
          ? [...hop.headers, "cookie", cookies]
          : hop.headers.with(own + 1, `${hop.headers[own + 1]}; ${cookies}`),
    };
  }
}

/** Most attempts meet no cookie, so the library is loaded when it is needed. */
async function emptyJar(): Promise<CookieJar> {
  const { CookieJar } = await import("tough-cookie");
  return new CookieJar(undefined, { looseMode: true });
}
