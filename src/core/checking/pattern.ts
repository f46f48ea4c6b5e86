/**
 * Patterns that come from users: RE2 syntax, searched in time linear in the text whatever the pattern is.
 *
 * What V8 finds without an engine is left to it: a pattern without any operator is a plain text, and a pattern that
 * begins with plain text can only match where that text stands, so the engine starts there.
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

const OPERATOR = /[\\^$.|?*+()[\]{}]/;

/** Throws `PatternError` where the pattern is invalid or not supported by a linear-time engine. */
export function compilePattern(source: string): Pattern {
  if (!OPERATOR.test(source)) return { source, isFoundIn: (text) => text.includes(source) };
  const compiled = compile(source);
  const beginning = plainBeginning(source);
  if (beginning === "") return { source, isFoundIn: (text) => compiled.test(text) };
  return {
    source,
    isFoundIn: (text) => {
      const first = text.indexOf(beginning);
      return first >= 0 && compiled.test(text.slice(first));
    },
  };
}

/** The text every match begins with; empty where there is none, or where it is not plain to see. */
function plainBeginning(source: string): string {
  // Either side of an alternative may begin a match.
  if (source.includes("|")) return "";
  const end = source.search(OPERATOR);
  const beginning = source.slice(0, end);
  // What is repeated may be absent: the last character, which may be two UTF-16 units.
  return "?*{".includes(source.charAt(end)) ? beginning.replace(/.$/su, "") : beginning;
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
