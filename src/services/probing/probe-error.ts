/** Why an attempt failed: a code of the closed list and a sentence for people. Never holds a secret. */
import type { CheckErrorCode } from "../../contract/checks/check-error-code.ts";

export class ProbeError extends Error {
  override readonly name = "ProbeError";
  readonly code: CheckErrorCode;

  constructor(code: CheckErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The error's own code, as Node names it; an empty text where it has none. */
export function systemCode(error: unknown): string {
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
