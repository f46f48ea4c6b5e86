/**
 * Secrets that Sitewire makes itself: API tokens, one-time links and sessions. They are random and long, so a plain
 * hash is enough to store them: there is nothing to guess (NIST SP 800-63B, section 3.1.2.2, look-up secrets).
 */
import { createHash, randomBytes } from "node:crypto";

const SECRET_BYTES = 32;
/** Lets scanners of source code recognise a token that leaked. */
const TOKEN_PREFIX = "swt_";
const TOKEN_PATTERN = /^swt_[A-Za-z0-9_-]{43}$/;
/** Of a token, what is shown to tell it from others. */
const SHOWN_CHARACTERS = 8;

/** 256 random bits, base64url. */
export function createSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

export function createToken(): string {
  return `${TOKEN_PREFIX}${createSecret()}`;
}

/** Signs webhooks: `whsec_` and base64, as Standard Webhooks 1.0 writes it. */
export function createSigningSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;
}

export function isToken(text: string): boolean {
  return TOKEN_PATTERN.test(text);
}

/** `swt_Ab3d…`: enough to recognise a token, useless to use it. */
export function shownBeginning(token: string): string {
  return `${token.slice(0, SHOWN_CHARACTERS)}…`;
}

/** SHA-256 in hexadecimal: what the database stores of a secret, and finds it by. */
export function hashOfSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
