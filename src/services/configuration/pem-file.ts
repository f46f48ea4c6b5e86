/** A PEM file that may be renewed while we run: read anew each time it is asked for. */
import { readFileSync } from "node:fs";
import { normalisePem } from "./pem.ts";

export class PemFile {
  readonly #path: string;
  #lastGood: string;

  /** Throws node's error when the file can't be read. `text` is null when it holds no complete PEM block. */
  static read(path: string): { readonly file: PemFile; readonly text: string | null } {
    const text = normalisePem(readFileSync(path, "utf8"));
    return { file: new PemFile(path, text ?? ""), text };
  }

  private constructor(path: string, text: string) {
    this.#path = path;
    this.#lastGood = text;
  }

  /** What the file holds now; what it held last while it is away or half written, as in the middle of a renewal. */
  get text(): string {
    try {
      this.#lastGood = normalisePem(readFileSync(this.#path, "utf8")) ?? this.#lastGood;
    } catch {
      // Renewed by removing and writing again, perhaps: the next connection looks anew.
    }
    return this.#lastGood;
  }
}
