/**
 * Passkeys (Web Authentication Level 3) as endpoints of better-auth, by @simplewebauthn/server. A passkey proves
 * possession and, by PIN or fingerprint, the person: it needs neither password nor code.
 */
import type { BetterAuthPlugin } from "better-auth";
import { APIError, createAuthEndpoint, freshSessionMiddleware } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { z } from "zod";
import type { PasskeyStore } from "../../../core/accounts/ports.ts";
import { createSecret } from "../../../core/accounts/secrets.ts";
import { RefusedError } from "../../../core/failures.ts";
import { type RelyingParty, relyingParty } from "./relying-party.ts";
import { assertionSchema, attestationSchema } from "./webauthn-responses.ts";

/** Loaded by the first who uses a passkey: it takes as much memory as a quarter of all other sign-in. */
const webAuthn = (): Promise<typeof import("@simplewebauthn/server")> => import("@simplewebauthn/server");

const CHALLENGE_VALID_MS = 5 * 60_000;
const COOKIE = "passkey";
/** Ed25519, ES256 and RS256 (RFC 9053): every authenticator has one. Asking the runtime for more prints a warning. */
const ALGORITHMS = [-8, -7, -257];

const registerSchema = z.object({ name: z.string().trim().min(1).max(100), response: attestationSchema });
const signInSchema = z.object({ response: assertionSchema });

export function passkeyPlugin(passkeys: PasskeyStore, party: RelyingParty): BetterAuthPlugin {
  const registrationOptions = createAuthEndpoint(
    "/passkey/registration-options",
    { method: "POST", use: [freshSessionMiddleware] },
    async (context) => {
      const { user, session } = context.context.session;
      const { id } = relyingParty(party, context.headers);
      const { generateRegistrationOptions } = await webAuthn();
      const options = await generateRegistrationOptions({
        rpName: "Sitewire",
        rpID: id,
        supportedAlgorithmIDs: ALGORITHMS,
        userName: user.email,
        userDisplayName: user.name,
        userID: new TextEncoder().encode(user.id),
        excludeCredentials: (await passkeys.ofPerson(user.id)).map(({ credentialId }) => ({
          id: credentialId,
        })),
        authenticatorSelection: { residentKey: "required", userVerification: "required" },
      });
      await context.context.internalAdapter.createVerificationValue({
        identifier: `passkey registration ${session.id}`,
        value: options.challenge,
        expiresAt: new Date(Date.now() + CHALLENGE_VALID_MS),
      });
      return context.json(options);
    },
  );

  const register = createAuthEndpoint(
    "/passkey/register",
    { method: "POST", use: [freshSessionMiddleware], body: registerSchema },
    async (context) => {
      const { user, session } = context.context.session;
      const { id, origins } = relyingParty(party, context.headers);
      const challenge = await context.context.internalAdapter.consumeVerificationValue(
        `passkey registration ${session.id}`,
      );
      if (challenge === null) throw refused("the challenge is over: begin again");
      const { verifyRegistrationResponse } = await webAuthn();
      const verified = await verifyRegistrationResponse({
        response: context.body.response,
        expectedChallenge: challenge.value,
        expectedOrigin: [...origins],
        expectedRPID: id,
        requireUserVerification: true,
        supportedAlgorithmIDs: ALGORITHMS,
      }).catch(() => null);
      if (verified?.verified !== true) throw refused("the passkey could not be verified");
      const { credential } = verified.registrationInfo;
      const added = await passkeys
        .add({
          personId: user.id,
          name: context.body.name,
          credentialId: credential.id,
          publicKey: credential.publicKey,
          counter: credential.counter,
          transports: credential.transports ?? [],
        })
        .catch((error: unknown) => {
          if (error instanceof RefusedError) throw refused("this passkey is registered already");
          throw error;
        });
      return context.json({ id: added.id, name: added.name });
    },
  );

  const signInOptions = createAuthEndpoint(
    "/passkey/sign-in-options",
    { method: "POST" },
    async (context) => {
      const { id } = relyingParty(party, context.headers);
      // No list of credentials: it would tell strangers who has an account.
      const { generateAuthenticationOptions } = await webAuthn();
      const options = await generateAuthenticationOptions({ rpID: id, userVerification: "required" });
      const cookie = context.context.createAuthCookie(COOKIE, { maxAge: CHALLENGE_VALID_MS / 1000 });
      const attempt = createSecret();
      await context.context.internalAdapter.createVerificationValue({
        identifier: `passkey sign-in ${attempt}`,
        value: options.challenge,
        expiresAt: new Date(Date.now() + CHALLENGE_VALID_MS),
      });
      await context.setSignedCookie(cookie.name, attempt, context.context.secret, cookie.attributes);
      return context.json(options);
    },
  );

  const signIn = createAuthEndpoint(
    "/passkey/sign-in",
    { method: "POST", body: signInSchema },
    async (context) => {
      const { id, origins } = relyingParty(party, context.headers);
      const { response } = context.body;
      const cookie = context.context.createAuthCookie(COOKIE);
      const attempt = await context.getSignedCookie(cookie.name, context.context.secret);
      if (typeof attempt !== "string") throw refused("the challenge is over: begin again");
      const { internalAdapter } = context.context;
      const challenge = await internalAdapter.consumeVerificationValue(`passkey sign-in ${attempt}`);
      const stored = await passkeys.find(response.id);
      if (challenge === null || stored === null) throw refused("the passkey is not known here");
      const { verifyAuthenticationResponse } = await webAuthn();
      const verified = await verifyAuthenticationResponse({
        response,
        expectedChallenge: challenge.value,
        expectedOrigin: [...origins],
        expectedRPID: id,
        requireUserVerification: true,
        credential: {
          id: stored.credentialId,
          publicKey: new Uint8Array(stored.publicKey),
          counter: stored.counter,
        },
      }).catch(() => null);
      if (verified?.verified !== true) throw refused("the passkey could not be verified");
      await passkeys.noteUse(stored.credentialId, verified.authenticationInfo.newCounter);
      const user = await internalAdapter.findUserById(stored.personId);
      if (user === null) throw refused("the passkey is not known here");
      const session = await internalAdapter.createSession(user.id);
      await setSessionCookie(context, { session, user });
      return context.json({ signedIn: true });
    },
  );

  return { id: "passkeys", endpoints: { registrationOptions, register, signInOptions, signIn } };
}

function refused(message: string): APIError {
  return new APIError("UNAUTHORIZED", { code: "PASSKEY_REFUSED", message });
}
