/** Port for signing in: passwords, second factors, passkeys and OpenID Connect, as one HTTP handler. */
import type { Role } from "./rights.ts";

export interface OidcProvider {
  /** Part of the callback's address: `/api/auth/callback/<id>`. */
  readonly id: string;
  /** Shown on the button. */
  readonly name: string;
  /** The provider's URL; its discovery document is below it (OpenID Connect Discovery 1.0, section 4). */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  /** The role of people who sign in for the first time; `refuse` lets in only those who were invited. */
  readonly newPeople: Role | "refuse";
}

export interface SignInOptions {
  /** The address people open, `https://status.example.org`. Cookies are `Secure` when it is https. */
  readonly publicUrl: string;
  /** Other origins the same pages have, such as `http://localhost:8642`. */
  readonly otherOrigins: readonly string[];
  /** Signs cookies and encrypts second factors; null uses the one that the database keeps. */
  readonly secret: string | null;
  readonly sessionLifetimeMs: number;
  readonly oidc: readonly OidcProvider[];
}

export interface SignIn {
  /**
   * Answers a request below `/api/auth`. Its header `X-Client-Address` says where it comes from: the caller must set or
   * delete it. Throws `UnavailableError` while the database cannot serve.
   */
  handle(request: Request): Promise<Response>;
}

/** The beginning of the names of all cookies. */
export const COOKIE_PREFIX = "sitewire";
/** Set from the connection, never taken from the client. */
export const CLIENT_ADDRESS_HEADER = "x-client-address";
