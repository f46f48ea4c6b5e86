/** Errors that a person can mend: one clear line, no stack. The command line exits with their `exitCode`. */

/** Wrong usage: a flag, a variable, a file. Exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly exitCode = 2;
}

/** The work could not be done. Exit code 1. */
export class FailureError extends Error {
  override readonly name = "FailureError";
  readonly exitCode = 1;
}

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
