/** Reads a file that an argument names. */
import { readFile } from "node:fs/promises";
import { FailureError, UsageError } from "../contract/errors.ts";

/** `shown` is the name as it was given. Throws `UsageError` when there is no such file, `FailureError`. */
export async function readTextFile(path: string, shown: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    if (reason === "ENOENT") throw new UsageError(`${shown}: there is no such file`);
    throw new FailureError(`${shown}: cannot be read (${reason})`);
  }
}
