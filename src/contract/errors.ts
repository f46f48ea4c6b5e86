/** Errors that a user can fix, reported as one line without a stack. The command line exits with their `exitCode`. */

/** Wrong usage of a flag, a variable or a file. Exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly exitCode = 2;
}

/** The command failed. Exit code 1. */
export class FailureError extends Error {
  override readonly name = "FailureError";
  readonly exitCode = 1;
}

/** Returns the message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
