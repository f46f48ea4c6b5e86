/** Reads a secret from a file, as container platforms mount one. */
import { closeSync, openSync, readSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "../../contract/errors.ts";

/** PEM chains are the longest secrets; a device or a wrong file is not read to its end. */
const LARGEST_BYTES = 64 * 1024;

const FIXES: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file: mount it, or correct the path",
  EACCES: "let the user of this process read it",
  EPERM: "let the user of this process read it",
  EISDIR: "it is a folder: name a file in it",
};

/**
 * Returns the text without the line break that editors add at the end. A relative path begins at `folder`. Throws
 * `UsageError` with one line that names the setting, the file and what to do.
 */
export function readSecretFile(setting: string, file: string, folder: string): string {
  const secret = textOf(setting, file, readBounded(setting, file, resolve(folder, file)));
  if (secret === "") throw new UsageError(`${setting}: the file ${file} is empty: write the secret into it`);
  return secret;
}

function textOf(setting: string, file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).replace(/\r?\n$/, "");
  } catch {
    throw new UsageError(`${setting}: the file ${file} is not UTF-8 text: write the secret as text into it`);
  }
}

function readBounded(setting: string, file: string, path: string): Uint8Array {
  const bytes = Buffer.alloc(LARGEST_BYTES + 1);
  let length = 0;
  try {
    const descriptor = openSync(path, "r");
    try {
      for (let read = -1; read !== 0 && length < bytes.length; length += read) {
        read = readSync(descriptor, bytes, length, bytes.length - length, null);
      }
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    const fix = FIXES[code];
    throw new UsageError(
      `${setting}: the file ${file} cannot be read (${code})${fix === undefined ? "" : `: ${fix}`}`,
    );
  }
  if (length > LARGEST_BYTES) {
    throw new UsageError(`${setting}: the file ${file} has more than 64 KiB: name the file of the secret`);
  }
  return bytes.subarray(0, length);
}
