// A browser's part of signing in: it keeps cookies, and sends the header Origin as browsers do.
import type { SignIn } from "../../../../src/core/accounts/sign-in.ts";

export interface Browser {
  post(path: string, body?: object, headers?: Readonly<Record<string, string>>): Promise<Response>;
  get(path: string): Promise<Response>;
  /** Cookies by name. */
  readonly cookies: Map<string, string>;
  /** The attributes of each cookie, as it was set last. */
  readonly attributes: Map<string, string>;
  /** The token of the session, as the cookie has it. */
  sessionToken(): string | null;
}

export function openBrowser(signIn: SignIn, origin: string): Browser {
  const cookies = new Map<string, string>();
  const attributes = new Map<string, string>();
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    if (cookies.size > 0) {
      headers.set("cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    }
    const response = await signIn.handle(new Request(new URL(path, origin), { ...init, headers }));
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = "", rest = ""] = /^([^=]+)=([^;]*)(.*)$/.exec(line) ?? [];
      attributes.set(name, rest);
      if (value === "" || /max-age=0/i.test(rest)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  return {
    cookies,
    attributes,
    post: (path, body = {}, headers = {}) =>
      send(path, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json", origin, "x-client-address": "192.0.2.1", ...headers },
      }),
    get: (path) => send(path, { headers: { "x-client-address": "192.0.2.1" } }),
    sessionToken() {
      const cookie = [...cookies].find(([name]) => name.endsWith("sitewire.session_token"))?.[1];
      return cookie === undefined ? null : (decodeURIComponent(cookie).split(".")[0] ?? null);
    },
  };
}
