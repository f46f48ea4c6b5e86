/**
 * Patterns that come from users: RE2 syntax, searched in time linear in the text whatever the pattern is.
 *
 * V8 finds plain text without an engine, and does so here: a pattern without any operator is plain text, and a
 * pattern that begins with plain text can only match where that text stands, so the engine starts there.
 */
import { RE2JS, RE2JSSyntaxException } from "re2js";
import type { BodyText } from "./body-text.ts";
import { compileOnce } from "./compile-once.ts";
import { limitRememberedBytes } from "./pattern-memory.ts";
import { refusePerlSyntax, syntaxErrorPosition } from "./pattern-syntax.ts";

export interface Pattern {
  readonly source: string;
  /** Instructions the engine may have to run for each character of the text; 0 where there is no engine. */
  readonly size: number;
  /** The text every match begins with; empty where there is none, or where it is not plain to see. */
  readonly beginning: string;
  /** Whether the pattern is found anywhere in the text. */
  isFoundIn(text: string): boolean;
  isFoundInBody(body: BodyText): boolean;
}

/** Thrown by `compilePattern`: the reason says what is wrong and at which character, counted from 1. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}

const OPERATOR = /[\\^$.|?*+()[\]{}]/;

/** Nothing a person writes comes near; `(a{100}){30}` is as much. */
const LARGEST_SIZE = 3000;

/** At most 512 KiB each, see pattern-memory.ts. */
const KEPT_PATTERNS = 256;

/** The pattern of this text, compiled once for all sites that share it. Throws `PatternError`. */
export const patternOf: (source: string) => Pattern = compileOnce(compilePattern, KEPT_PATTERNS);

/** Throws `PatternError` where the pattern is invalid, too large, or not supported by a linear-time engine. */
export function compilePattern(source: string): Pattern {
  const refusal = refusePerlSyntax(source);
  if (refusal !== null) throw new PatternError(refusal);
  if (!OPERATOR.test(source)) {
    return {
      source,
      size: 0,
      beginning: source,
      isFoundIn: (text) => text.includes(source),
      isFoundInBody: (body) => body.includes(source),
    };
  }
  const compiled = compile(source);
  const size = compiled.programSize();
  if (size > LARGEST_SIZE) {
    throw new PatternError(`too large: ${size} instructions when compiled, at most ${LARGEST_SIZE}`);
  }
  const isFoundIn = (text: string): boolean => compiled.test(text);
  const beginning = plainBeginning(source);
  return {
    source,
    size,
    beginning,
    isFoundIn,
    isFoundInBody: (body) => {
      if (beginning === "") return isFoundIn(body.whole);
      const rest = body.from(beginning);
      return rest !== null && isFoundIn(rest);
    },
  };
}

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
    const compiled = RE2JS.compile(source);
    limitRememberedBytes(compiled);
    return compiled;
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    throw new PatternError(describe(source, error));
  }
}

function describe(source: string, { error, input }: RE2JSSyntaxException): string {
  const at = syntaxErrorPosition(source, error, input ?? "");
  return at === null ? error : `${error} at character ${at.character}: ${at.text}`;
}
