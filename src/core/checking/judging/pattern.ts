/**
 * Patterns from users, in RE2 syntax. A search takes time linear in the text for every pattern.
 *
 * Plain text is searched without the RE2 engine, which is faster. A pattern without operators is plain text. A pattern
 * that begins with plain text can only match where that text occurs, so the engine starts at its first occurrence.
 */
import { RE2JS, RE2JSSyntaxException } from "re2js";
import type { BodyText } from "./body-text.ts";
import { compileOnce } from "./compile-once.ts";
import { limitRememberedBytes } from "./pattern-memory.ts";
import { refusePerlSyntax, syntaxErrorPosition } from "./pattern-syntax.ts";

export interface Pattern {
  readonly source: string;
  /** Most instructions that the engine runs per character of the text; 0 for plain text. */
  readonly size: number;
  /** Literal text that every match begins with; empty when there is none or it cannot be determined simply. */
  readonly beginning: string;
  /** Whether the pattern matches anywhere in the text. */
  isFoundIn(text: string): boolean;
  isFoundInBody(body: BodyText): boolean;
  /** Where the first match is, in UTF-16 units; null when there is none. */
  locate(text: string): { readonly start: number; readonly length: number } | null;
}

/** An invalid pattern. The message states the fault and its character position, counted from 1. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}

const OPERATOR = /[\\^$.|?*+()[\]{}]/;

/** The size of `(a{100}){30}`; patterns in real use are far smaller. */
const LARGEST_SIZE = 3000;

/** Each takes at most 512 KiB, see pattern-memory.ts. */
const KEPT_PATTERNS = 256;

/** Compiles a pattern, or returns it from the cache that all sites share. Throws `PatternError`. */
export const patternOf: (source: string) => Pattern = compileOnce(compilePattern, KEPT_PATTERNS);

/** Throws `PatternError` when the pattern is invalid, too large, or not supported by a linear-time engine. */
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
      locate: (text) => {
        const start = text.indexOf(source);
        return start < 0 ? null : { start, length: source.length };
      },
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
    locate: (text) => {
      const matcher = compiled.matcher(text);
      return matcher.find() ? { start: matcher.start(), length: matcher.end() - matcher.start() } : null;
    },
  };
}

function plainBeginning(source: string): string {
  // Either side of an alternative may begin a match.
  if (source.includes("|")) return "";
  const end = source.search(OPERATOR);
  const beginning = source.slice(0, end);
  // A quantifier makes the last character optional; it may take two UTF-16 units.
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
