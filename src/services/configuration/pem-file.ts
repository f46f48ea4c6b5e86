/** A PEM file that may be renewed while the process runs: it is read again on each access. */
import { readFileSync } from "node:fs";
import { normalisePem } from "./pem.ts";

export class PemFile {
  readonly #path: string;
  #lastGood: string;

  /** Throws Node's error when the file cannot be read. `text` is null when it contains no complete PEM block. */
  static read(path: string): { readonly file: PemFile; readonly text: string | null } {
    const text = normalisePem(readFileSync(path, "utf8"));
    return { file: new PemFile(path, text ?? ""), text };
  }

  private constructor(path: string, text: string) {
    this.#path = path;
    this.#lastGood = text;
  }

  /** The file's current content; the last complete content while the file is missing or incomplete during a renewal. */
  get text(): string {
    try {
      this.#lastGood = normalisePem(readFileSync(this.#path, "utf8")) ?? this.#lastGood;
    } catch {
      // A renewal may remove the file before writing it. The next connection reads it again.
    }
    return this.#lastGood;
  }
}
