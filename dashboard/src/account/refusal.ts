/** Why signing in did not work, in the reader's language. */
import { ApiError } from "../api/request.ts";
import type { Words } from "../words/en.ts";

export function refusalOf(error: unknown, words: Words): string {
  const { refused } = words.account;
  if (error instanceof DOMException) return refused.passkeyGivenUp;
  if (!(error instanceof ApiError)) return String(error);
  if (error.status === 0) return refused.noAnswer;
  if (error.status === 429 || error.code === "ACCOUNT_TEMPORARILY_LOCKED") return refused.tooOften;
  switch (error.code) {
    case "INVALID_EMAIL_OR_PASSWORD":
    case "INVALID_EMAIL":
      return refused.password;
    case "INVALID_PASSWORD":
      return refused.ownPassword;
    case "SESSION_NOT_FRESH":
      return refused.notFresh;
    case "INVALID_CODE":
    case "INVALID_BACKUP_CODE":
      return refused.code;
    case "INVALID_TWO_FACTOR_COOKIE":
    case "TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE":
      return refused.beginAgain;
    case "PASSKEY_REFUSED":
      return refused.passkey;
    default:
      return error.message;
  }
}
