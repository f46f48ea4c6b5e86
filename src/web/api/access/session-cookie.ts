/** The cookie that holds a session: better-auth sets it as `token.signature`. */
import { COOKIE_PREFIX } from "../../../core/accounts/sign-in.ts";
import { cookieOf } from "../../cookies.ts";

/** Over https the browser guarantees that no other host and no plain http has set it (RFC 6265bis, section 4.1.3). */
const NAMES = [`__Secure-${COOKIE_PREFIX}.session_token`, `${COOKIE_PREFIX}.session_token`];
const LONGEST = 500;

/**
 * The token of a `Cookie` header; null without one. The signature adds nothing here: a token is random, and the database
 * knows only tokens that it was given.
 */
export function sessionTokenOf(header: string | undefined): string | null {
  const values = NAMES.map((name) => cookieOf(header, name));
  const value = values.find((found) => found !== undefined && found !== "");
  if (value === undefined || value.length > LONGEST) return null;
  const [token] = decoded(value).split(".");
  return token === undefined || token === "" ? null : token;
}

/** The token of the session that an answer begins, from its `Set-Cookie` lines; null when it begins none. */
export function sessionTokenIn(setCookies: readonly string[]): string | null {
  for (const line of setCookies) {
    const [pair] = line.split(";");
    const token = /max-age=0/i.test(line) ? null : sessionTokenOf(pair);
    if (token !== null) return token;
  }
  return null;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
