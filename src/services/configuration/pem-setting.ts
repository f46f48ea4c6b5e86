/** Reads a configured certificate or key, which is PEM text or a path. */
import { resolve } from "node:path";
import { UsageError } from "../../contract/errors.ts";
import { looksLikePem, normalisePem } from "./pem.ts";
import { PemFile } from "./pem-file.ts";

/** PEM text from the configuration, or from a file that is read again on each access. */
export interface Pem {
  readonly text: string;
}

/** Returns undefined when the setting is not set. Throws `UsageError`. */
export function pemOf(setting: string, value: string | undefined, workingDirectory: string): Pem | undefined {
  if (value === undefined) return undefined;
  const { file, text } = looksLikePem(value)
    ? { file: null, text: normalisePem(value) }
    : readPemFile(setting, value, workingDirectory);
  if (text === null)
    throw new UsageError(`${setting}: contains no complete PEM block (-----BEGIN … -----END …)`);
  return file ?? { text };
}

function readPemFile(
  setting: string,
  path: string,
  workingDirectory: string,
): ReturnType<typeof PemFile.read> {
  try {
    return PemFile.read(resolve(workingDirectory, path));
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new UsageError(
      `${setting}: is neither PEM text nor a readable file (${reason}): ${path.slice(0, 200)}`,
    );
  }
}
