/** OpenID Connect providers as better-auth takes them. */
import type { GenericOAuthConfig } from "better-auth/plugins/generic-oauth";
import type { OidcProvider } from "../../../core/accounts/sign-in.ts";

/** Authorization code flow with PKCE and a nonce; the ID token must be signed by a key of the provider. */
export function oidcConfiguration({
  id,
  name,
  issuer,
  clientId,
  clientSecret,
  scopes,
  newPeople,
}: OidcProvider): GenericOAuthConfig {
  return {
    providerId: id,
    name,
    discoveryUrl: `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
    requireIdTokenVerification: true,
    clientId,
    clientSecret,
    scopes: [...new Set(["openid", "email", "profile", ...scopes])],
    pkce: true,
    disableSignUp: newPeople === "refuse",
    // Signing out of Sitewire does not sign people out elsewhere.
    disableProviderLogout: true,
  };
}
