/** Passkeys in the browser (Web Authentication Level 3). */
import { postAuth } from "./auth-request.ts";

export function canUsePasskeys(): boolean {
  return "PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential;
}

/** Asks for a passkey and signs in with it. @throws ApiError; DOMException when the person gives up */
export async function signInWithPasskey(): Promise<void> {
  const options = await postAuth<PublicKeyCredentialRequestOptionsJSON>("/passkey/sign-in-options");
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  await postAuth("/passkey/sign-in", { response: jsonOf(await navigator.credentials.get({ publicKey })) });
}

function jsonOf(credential: Credential | null): object {
  if (credential instanceof PublicKeyCredential) return credential.toJSON();
  throw new DOMException("no passkey was given", "NotAllowedError");
}
