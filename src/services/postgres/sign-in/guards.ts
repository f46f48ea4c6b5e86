/** What Sitewire asks for beyond better-auth's own rules. */
import type { BetterAuthOptions } from "better-auth";
import { APIError, createAuthMiddleware } from "better-auth/api";
import { z } from "zod";
import { passwordProblem } from "../../../core/accounts/password.ts";
import type { AttemptStore } from "../../../core/accounts/ports.ts";
import type { OidcProvider } from "../../../core/accounts/sign-in.ts";

type Guards = Required<Pick<BetterAuthOptions, "hooks" | "databaseHooks">>;

/** A path on this server: `//host` and `/\host` lead elsewhere (WHATWG URL Standard, "special authority"). */
const PATH_PATTERN = /^\/(?![/\\])[^\\\s]*$/;
/** A code is valid for its 30 seconds and one step to each side (RFC 6238, section 5.2). */
const CODE_VALID_MS = 90_000;

const passwordChangeSchema = z.looseObject({ newPassword: z.string() });
const providerSignInSchema = z.looseObject({
  callbackURL: z.string().optional(),
  errorCallbackURL: z.string().optional(),
  newUserCallbackURL: z.string().optional(),
  idToken: z.undefined({ error: "is not taken here: sign in at the provider" }).optional(),
});
const codeSchema = z.looseObject({ code: z.string() });

export function guardSignIn(attempts: AttemptStore, providers: readonly OidcProvider[]): Guards {
  return {
    hooks: {
      before: createAuthMiddleware(async (context) => {
        if (context.path === "/change-password") return { context: { body: changedPassword(context.body) } };
        if (context.path === "/sign-in/social") refuseForeignAddresses(context.body);
        // A device that skips the second factor for a month cannot be listed or forgotten.
        if (context.path.startsWith("/two-factor/verify-")) {
          return { context: { body: { ...context.body, trustDevice: false } } };
        }
        return undefined;
      }),
      after: createAuthMiddleware(async (context) => {
        const { newSession } = context.context;
        if (context.path !== "/two-factor/verify-totp" || newSession === null) return;
        const { code } = codeSchema.parse(context.body);
        const key = `used code ${newSession.user.id} ${code}`;
        if ((await attempts.take(key, { max: 1, windowMs: CODE_VALID_MS })) === 0) return;
        // "The verifier MUST NOT accept the second attempt of the OTP" (RFC 6238, section 5.2).
        await context.context.internalAdapter.deleteSession(newSession.session.token);
        throw new APIError("UNAUTHORIZED", {
          code: "INVALID_CODE",
          message: "this code was used already: wait for the next one",
        });
      }),
    },
    databaseHooks: {
      user: {
        create: {
          before: async (user, context) => {
            const provider = providers.find(({ id }) => id === context?.params?.id);
            // Nobody else makes people here: invitations are Sitewire's own.
            if (provider === undefined || provider.newPeople === "refuse") return false;
            return { data: { ...user, role: provider.newPeople } };
          },
        },
      },
      account: {
        create: {
          // The provider's tokens are of no use to Sitewire, so they are not there to be stolen.
          before: async (account) => ({
            data: { ...account, accessToken: null, refreshToken: null, idToken: null },
          }),
        },
      },
    },
  };
}

/** Whoever knew the old password is signed out. */
function changedPassword(body: unknown): object {
  const parsed = passwordChangeSchema.safeParse(body);
  const problem = parsed.success ? passwordProblem(parsed.data.newPassword) : "is missing";
  if (problem !== null)
    throw new APIError("BAD_REQUEST", { code: "PASSWORD_LENGTH", message: `newPassword ${problem}` });
  return { ...parsed.data, revokeOtherSessions: true };
}

function refuseForeignAddresses(body: unknown): void {
  const parsed = providerSignInSchema.safeParse(body);
  if (!parsed.success)
    throw new APIError("BAD_REQUEST", { code: "BAD_BODY", message: z.prettifyError(parsed.error) });
  const { callbackURL, errorCallbackURL, newUserCallbackURL } = parsed.data;
  for (const address of [callbackURL, errorCallbackURL, newUserCallbackURL]) {
    if (address !== undefined && !PATH_PATTERN.test(address)) {
      throw new APIError("FORBIDDEN", {
        code: "INVALID_CALLBACK_URL",
        message: "must be a path on this server, such as /",
      });
    }
  }
}
