/**
 * The cookies of one attempt. A cookie set with a redirect is sent to the redirect's target, as browsers do; without it
 * a site that asks for a cookie by redirecting to itself would loop. Nothing is kept for the next attempt.
 */
import type { CookieJar } from "tough-cookie";
import type { Hop } from "./hop.ts";

/** About what browsers hold for one site. */
const MAX_COOKIES = 50;
const MAX_COOKIE_BYTES = 4096;

export class AttemptCookies {
  #jar: CookieJar | null = null;

  /** `setCookies` are the Set-Cookie lines of the response to `url`; what is no cookie is ignored. */
  async keep(setCookies: readonly string[], url: string): Promise<void> {
    this.#jar ??= await emptyJar();
    for (const setCookie of setCookies.slice(0, MAX_COOKIES)) {
      if (setCookie.length > MAX_COOKIE_BYTES) continue;
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

/** Loads the library on first use, since most attempts meet no cookie. */
async function emptyJar(): Promise<CookieJar> {
  const { CookieJar } = await import("tough-cookie");
  return new CookieJar(undefined, { looseMode: true });
}
