/**
 * Patterns that come from users: RE2 syntax, searched in time linear in the text whatever the pattern is.
 *
 * What V8 finds without an engine is left to it: a pattern without any operator is a plain text, and a pattern that
 * begins with plain text can only match where that text stands, so the engine starts there.
 */
import { RE2JS, RE2JSSyntaxException } from "re2js";
import type { BodyText } from "./body-text.ts";

export interface Pattern {
  readonly source: string;
  /** Instructions the engine may have to run for each character of the text; 0 where there is no engine. */
  readonly size: number;
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

/** The engine remembers what it has worked out, up to 8 MiB a pattern; with thousands of sites that is too much. */
const REMEMBERED_BYTES = 524_288;

/** Throws `PatternError` where the pattern is invalid, too large, or not supported by a linear-time engine. */
export function compilePattern(source: string): Pattern {
  if (!OPERATOR.test(source)) {
    return {
      source,
      size: 0,
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
    isFoundIn,
    isFoundInBody: (body) => {
      if (beginning === "") return isFoundIn(body.whole);
      const rest = body.from(beginning);
      return rest !== null && isFoundIn(rest);
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
    const compiled = RE2JS.compile(source);
    limitMemory(compiled);
    return compiled;
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    throw new PatternError(describe(source, error));
  }
}

/** There is no option for it; a test sees to it that this goes on working. */
function limitMemory(compiled: RE2JS): void {
  const automaton: unknown = Reflect.get(Object(Reflect.get(compiled, "re2Input")), "dfa");
  if (typeof automaton !== "object" || automaton === null) return;
  Reflect.set(automaton, "stateBudget", REMEMBERED_BYTES);
  Reflect.set(automaton, "memBudget", REMEMBERED_BYTES);
}

function describe(source: string, { error, input }: RE2JSSyntaxException): string {
  const part = input ?? "";
  // Of parentheses the engine says only that something is wrong.
  const at = /(?:missing closing|unexpected) \)/.test(error)
    ? unbalancedParenthesis(source)
    : part === ""
      ? -1
      : source.indexOf(part);
  return at < 0
    ? error
    : `${error} at character ${[...source.slice(0, at)].length + 1}: ${source.slice(at, at + 40)}`;
}

/** Where a parenthesis has no partner: the first that closes nothing, else the last that is not closed. */
function unbalancedParenthesis(source: string): number {
  const open: number[] = [];
  for (const { 0: piece, index } of source.matchAll(
    /\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]?|[()]/gsu,
  )) {
    if (piece === "(") open.push(index);
    if (piece === ")" && open.pop() === undefined) return index;
  }
  return open.at(-1) ?? -1;
}
