/** What is wrong with a pattern and where: what RE2 lacks of Perl's syntax, and the position of an error. */

export interface Position {
  /** Counted from 1, in characters and not in UTF-16 units. */
  readonly character: number;
  /** What stands there, shortened. */
  readonly text: string;
}

/** A quoted run, an escape, a character class, the beginning of a group, or one character. */
const PIECE =
  /\\Q.*?(?:\\E|$)|\\(?:[pPx]\{[^}]*\}|.|$)|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]?|\(\?(?:<?[=!]|>|#|\(|R\)|&)|./gsu;

const LACKING: readonly (readonly [piece: RegExp, what: string, instead: string])[] = [
  [/^\(\?=$/, "lookahead", "write the text itself, or add a bodyContains or a second expectation"],
  [/^\(\?!$/, "negative lookahead", "use bodyLacks, or regexpExpected: absent"],
  [/^\(\?<=$/, "lookbehind", "write what stands before as part of the pattern"],
  [/^\(\?<!$/, "negative lookbehind", "use bodyLacks, or regexpExpected: absent"],
  [/^\(\?>$/, "an atomic group", "write (?:…): there is no backtracking to prevent"],
  [/^\(\?#$/, "a comment", "leave it out"],
  [/^\(\?(?:\(|R\)|&)$/, "a conditional or recursive group", "write the alternatives out"],
  [/^\\[1-9]$/, "a backreference", "write the text out"],
  [/^\\k$/, "a named backreference", "write the text out"],
];

/** The reason for which the pattern is refused; null where RE2 may be asked. */
export function refusePerlSyntax(source: string): string | null {
  const flags = /^\/.+\/(?<flags>[gimsuxy]{1,6})$/su.exec(source)?.groups?.flags;
  if (flags !== undefined) {
    const supported = [...flags].filter((flag) => "ims".includes(flag)).join("");
    const body = source.slice(1, source.lastIndexOf("/"));
    const instead = supported === "" ? body : `(?${supported})${body}`;
    return `slashes and flags belong to a programming language, not to the pattern: write ${shown(instead)}, or \\${shown(source)} where the slashes stand in the text`;
  }
  let before = "";
  for (const { 0: piece, index } of source.matchAll(PIECE)) {
    const lacking = LACKING.find(([form]) => form.test(piece));
    if (lacking !== undefined) return refusal(source, index, lacking[1], lacking[2]);
    if (piece === "+" && isRepetition(before, source.slice(0, index))) {
      return refusal(
        source,
        before === "}" ? source.lastIndexOf("{", index) : index - 1,
        "possessive repetition",
        "leave out the second +, or write \\+ for the character",
      );
    }
    before = piece;
  }
  return null;
}

/** Whether `before`, the piece that ends `beginning`, repeats what stands before it. */
function isRepetition(before: string, beginning: string): boolean {
  return /^[*+?]$/.test(before) || (before === "}" && /\{\d+(?:,\d*)?\}$/.test(beginning));
}

function refusal(source: string, index: number, what: string, instead: string): string {
  const { character, text } = positionOf(source, index);
  return `${what} is not supported at character ${character}: ${text} (${instead})`;
}

/** Where RE2's error is: `part` is what it blames, which may stand elsewhere as well. Null where that is unknown. */
export function syntaxErrorPosition(source: string, error: string, part: string): Position | null {
  const index = syntaxErrorIndex(source, error, part);
  return index < 0 ? null : positionOf(source, index);
}

function syntaxErrorIndex(source: string, error: string, part: string): number {
  // Of parentheses the engine says only that something is wrong.
  if (/(?:missing closing|unexpected) \)/.test(error)) return unbalancedParenthesis(source);
  if (part === "") return -1;
  if (error.includes("duplicate")) return source.lastIndexOf(part);
  // Not in the middle of an escape or a class, unless it stands nowhere else.
  for (const { index } of source.matchAll(PIECE)) {
    if (source.startsWith(part, index)) return index;
  }
  return source.indexOf(part);
}

/** The first that closes nothing, else the last that is not closed. */
function unbalancedParenthesis(source: string): number {
  const open: number[] = [];
  for (const { 0: piece, index } of source.matchAll(PIECE)) {
    if (piece.startsWith("(")) open.push(index);
    if (piece === ")" && open.pop() === undefined) return index;
  }
  return open.at(-1) ?? -1;
}

function positionOf(source: string, index: number): Position {
  return { character: [...source.slice(0, index)].length + 1, text: shown(source.slice(index)) };
}

function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
