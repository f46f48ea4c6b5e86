/** Signing in, by better-auth: what docs/accounts.md promises of passwords, second factors and OpenID Connect. */
import { type BetterAuthOptions, betterAuth } from "better-auth/minimal";
import { genericOAuth } from "better-auth/plugins/generic-oauth";
import { twoFactor } from "better-auth/plugins/two-factor";
import { z } from "zod";
import { hashPassword, verifyPassword } from "../../../core/accounts/password.ts";
import type { AttemptStore, PasskeyStore } from "../../../core/accounts/ports.ts";
import {
  CLIENT_ADDRESS_HEADER,
  COOKIE_PREFIX,
  type SignIn,
  type SignInOptions,
} from "../../../core/accounts/sign-in.ts";
import type { Log } from "../../../core/log.ts";
import type { SqlService } from "../connecting/sql.ts";
import { signInAdapter } from "./adapter.ts";
import { guardSignIn } from "./guards.ts";
import { oidcConfiguration } from "./oidc.ts";
import { passkeyPlugin } from "./passkeys.ts";
import { serverSecret } from "./server-secret.ts";
import { PEOPLE, SECOND_FACTORS, SESSIONS, SIGN_IN_CHALLENGES, SIGN_IN_METHODS } from "./tables.ts";

/** A code awaited after the password. */
const SECOND_FACTOR_WAIT_S = 300;

export interface SignInResources {
  readonly service: SqlService;
  readonly attempts: AttemptStore;
  readonly passkeys: PasskeyStore;
  readonly log: Log;
}

const BASE_PATH = "/api/auth";

/** better-auth has more endpoints, such as signing up: what is not listed here does not exist. */
const PATHS: ReadonlySet<string> = new Set([
  "/sign-in/email",
  "/sign-out",
  "/change-password",
  "/two-factor/enable",
  "/two-factor/disable",
  "/two-factor/verify-totp",
  "/two-factor/verify-backup-code",
  "/two-factor/generate-backup-codes",
  "/passkey/registration-options",
  "/passkey/register",
  "/passkey/sign-in-options",
  "/passkey/sign-in",
]);
/** A sign-in with a provider; everything else works while a provider cannot be reached. */
const PROVIDER_PATHS = /^\/(sign-in\/social|callback\/[^/]+)$/;

export async function createSignIn(resources: SignInResources, options: SignInOptions): Promise<SignIn> {
  const secret = options.secret ?? (await serverSecret(resources.service));
  const own = betterAuth(settingsOf(resources, { ...options, secret, oidc: [] }));
  // Asks the providers for their addresses when it is made, and waits for them.
  let withProviders: typeof own | null = null;
  return {
    async handle(request) {
      const path = new URL(request.url).pathname.slice(BASE_PATH.length);
      if (PATHS.has(path)) return await withoutToken(await own.handler(request));
      if (options.oidc.length === 0 || !PROVIDER_PATHS.test(path)) return new Response(null, { status: 404 });
      withProviders ??= betterAuth(settingsOf(resources, { ...options, secret }));
      return await withoutToken(await withProviders.handler(request));
    },
  };
}

/** better-auth repeats the session's token in its answers. Scripts of a page have no use for it that is a good one. */
async function withoutToken(response: Response): Promise<Response> {
  // A redirect says that it is JSON and has no body.
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  if (!isJson || response.status === 302) return response;
  const { token: _token, ...shown } = z
    .looseObject({})
    .catch({})
    .parse(await response.json());
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return new Response(JSON.stringify(shown), { status: response.status, headers });
}

function settingsOf(
  { service, attempts, passkeys, log }: SignInResources,
  options: SignInOptions & { readonly secret: string },
): BetterAuthOptions {
  const { publicUrl, otherOrigins, secret, sessionLifetimeMs, oidc } = options;
  const guards = guardSignIn(attempts, oidc);
  return {
    appName: "Sitewire",
    // Never from a request's Host header.
    baseURL: publicUrl,
    basePath: BASE_PATH,
    secret,
    trustedOrigins: [new URL(publicUrl).origin, ...otherOrigins],
    database: signInAdapter(service),
    user: { ...PEOPLE, additionalFields: { role: { type: "string", required: false, input: false } } },
    session: { ...SESSIONS, expiresIn: Math.floor(sessionLifetimeMs / 1000), disableSessionRefresh: true },
    account: {
      ...SIGN_IN_METHODS,
      // An account of a provider becomes somebody's only when the provider has verified the address.
      accountLinking: { enabled: true, trustedProviders: [] },
      updateAccountOnSignIn: false,
    },
    verification: { ...SIGN_IN_CHALLENGES, storeIdentifier: "hashed" },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      // The length is judged by `passwordProblem`, in characters.
      minPasswordLength: 1,
      maxPasswordLength: 1024,
      password: { hash: hashPassword, verify: ({ hash, password }) => verifyPassword(hash, password) },
    },
    // Attempts are counted by account and address, over all processes: core/accounts/attempt-limits.ts.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    // Errors that are no answers reach the caller: they are Sitewire's to log and to answer.
    onAPIError: { errorURL: "/sign-in", throw: true },
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      // Said aloud: left out, it would be off in tests.
      disableOriginCheck: false,
      useSecureCookies: publicUrl.startsWith("https:"),
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax", path: "/" },
      database: { generateId: "uuid" },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
    },
    logger: {
      level: "warn",
      log: (level, message) => {
        log[level === "error" ? "warn" : "debug"]({ reason: message }, "sign-in");
      },
    },
    plugins: [
      twoFactor({
        issuer: "Sitewire",
        schema: SECOND_FACTORS,
        twoFactorCookieMaxAge: SECOND_FACTOR_WAIT_S,
        allowPasswordless: true,
      }),
      passkeyPlugin(passkeys, { publicUrl, otherOrigins }),
      ...(oidc.length === 0 ? [] : [genericOAuth({ config: oidc.map(oidcConfiguration) })]),
    ],
    databaseHooks: guards.databaseHooks,
    hooks: guards.hooks,
  };
}
