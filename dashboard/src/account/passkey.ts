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

/** Makes a passkey and registers it under this name. @throws as `signInWithPasskey` */
export async function addPasskey(name: string): Promise<void> {
  const options = await postAuth<PublicKeyCredentialCreationOptionsJSON>("/passkey/registration-options");
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const response = jsonOf(await navigator.credentials.create({ publicKey }));
  await postAuth("/passkey/register", { name, response });
}

function jsonOf(credential: Credential | null): object {
  if (credential instanceof PublicKeyCredential) return credential.toJSON();
  throw new DOMException("no passkey was given", "NotAllowedError");
}
