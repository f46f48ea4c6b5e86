/**
 * Patterns that come from users: RE2 syntax, searched in time linear in the text whatever the pattern is.
 *
 * A pattern without any operator is a plain text, which V8 finds without an engine.
 */
import { RE2JS, RE2JSSyntaxException } from "re2js";

export interface Pattern {
  readonly source: string;
  /** Whether the pattern is found anywhere in the text. */
  isFoundIn(text: string): boolean;
}

/** Thrown by `compilePattern`: the reason says what is wrong and at which character, counted from 1. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}

const OPERATORS = /[\\^$.|?*+()[\]{}]/;

/** Throws `PatternError` where the pattern is invalid or not supported by a linear-time engine. */
export function compilePattern(source: string): Pattern {
  if (!OPERATORS.test(source)) return { source, isFoundIn: (text) => text.includes(source) };
  const compiled = compile(source);
  return { source, isFoundIn: (text) => compiled.test(text) };
}

function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    throw new PatternError(describe(source, error));
  }
}

function describe(source: string, error: RE2JSSyntaxException): string {
  const part = error.input ?? "";
  const at = part === "" ? -1 : source.indexOf(part);
  return at < 0 ? error.error : `${error.error} at character ${at + 1}: ${part}`;
}
