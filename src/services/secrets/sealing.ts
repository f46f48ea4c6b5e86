/**
 * Encrypts texts by AES-256-GCM (NIST SP 800-38D). A sealed text is one byte for the version, 8 bytes that name the key, a
 * random nonce of 12 bytes, the tag of 16 bytes and the ciphertext.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import type { SecretBox } from "../../core/alerting/routing/stored-settings.ts";
import { RefusedError } from "../../core/failures.ts";

const VERSION = 1;
const KEY_NAME_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const NONCE_AT = 1 + KEY_NAME_BYTES;
const TAG_AT = NONCE_AT + NONCE_BYTES;
const TEXT_AT = TAG_AT + TAG_BYTES;

/** `secret` is random: at least 32 characters. The key is derived from it (HKDF, RFC 5869). */
export function createSecretBox(secret: string): SecretBox {
  const key = Buffer.from(hkdfSync("sha256", secret, "", "sitewire settings in the database", 32));
  const keyName = createHash("sha256").update(key).digest().subarray(0, KEY_NAME_BYTES);
  return {
    seal(text, purpose) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(purpose));
      const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([Buffer.of(VERSION), keyName, nonce, cipher.getAuthTag(), ciphertext]);
    },
    open(sealed, purpose) {
      const bytes = Buffer.from(sealed);
      if (bytes.length < TEXT_AT || bytes[0] !== VERSION) throw refused("it is damaged");
      if (!bytes.subarray(1, NONCE_AT).equals(keyName)) {
        throw refused("another key encrypted it: set SITEWIRE_SECRETS_KEY to that one, or save it again");
      }
      const nonce = bytes.subarray(NONCE_AT, TAG_AT);
      const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(purpose))
        .setAuthTag(bytes.subarray(TAG_AT, TEXT_AT));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(TEXT_AT)), decipher.final()]).toString("utf8");
      } catch {
        throw refused("it was changed in the database");
      }
    },
  };
}

function refused(reason: string): RefusedError {
  return new RefusedError("not_opened", `cannot be decrypted: ${reason}`);
}
