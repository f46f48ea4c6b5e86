/** Explains why a pattern is invalid, and at which character: Perl syntax that RE2 lacks, and RE2's syntax errors. */

export interface Position {
  /** Counted from 1, in characters and not in UTF-16 units. */
  readonly character: number;
  /** The text at that position, shortened. */
  readonly text: string;
}

/** A quoted sequence, an escape, a character class, the beginning of a group, or one character. */
const PIECE =
  /\\Q.*?(?:\\E|$)|\\(?:[pPx]\{[^}]*\}|.|$)|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]?|\(\?(?:<?[=!]|>|#|\(|R\)|&)|./gsu;

const LACKING: readonly (readonly [piece: RegExp, what: string, instead: string])[] = [
  [/^\(\?=$/, "lookahead", "write the text itself, or add a bodyContains or a second expectation"],
  [/^\(\?!$/, "negative lookahead", "use bodyLacks, or regexpExpected: absent"],
  [/^\(\?<=$/, "lookbehind", "write the preceding text as part of the pattern"],
  [/^\(\?<!$/, "negative lookbehind", "use bodyLacks, or regexpExpected: absent"],
  [/^\(\?>$/, "an atomic group", "write (?:…): there is no backtracking to prevent"],
  [/^\(\?#$/, "a comment", "leave it out"],
  [/^\(\?(?:\(|R\)|&)$/, "a conditional or recursive group", "write the alternatives out"],
  [/^\\[1-9]$/, "a backreference", "write the text out"],
  [/^\\k$/, "a named backreference", "write the text out"],
];

/** Returns the reason why the pattern is refused; null when RE2 can try to compile it. */
export function refusePerlSyntax(source: string): string | null {
  const flags = /^\/.+\/(?<flags>[gimsuxy]{1,6})$/su.exec(source)?.groups?.flags;
  if (flags !== undefined) {
    const supported = [...flags].filter((flag) => "ims".includes(flag)).join("");
    const body = source.slice(1, source.lastIndexOf("/"));
    const instead = supported === "" ? body : `(?${supported})${body}`;
    return `slashes and flags belong to a programming language, not to the pattern: write ${shown(instead)}, or \\${shown(source)} where the slashes are part of the text`;
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

/** Whether `before`, the last piece of `beginning`, is a repetition operator. */
function isRepetition(before: string, beginning: string): boolean {
  return /^[*+?]$/.test(before) || (before === "}" && /\{\d+(?:,\d*)?\}$/.test(beginning));
}

function refusal(source: string, index: number, what: string, instead: string): string {
  const { character, text } = positionOf(source, index);
  return `${what} is not supported at character ${character}: ${text} (${instead})`;
}

/** The position of RE2's error. RE2 reports `part`, which may occur more than once. Null when it is unknown. */
export function syntaxErrorPosition(source: string, error: string, part: string): Position | null {
  const index = syntaxErrorIndex(source, error, part);
  return index < 0 ? null : positionOf(source, index);
}

function syntaxErrorIndex(source: string, error: string, part: string): number {
  // For unbalanced parentheses the engine reports no position.
  if (/(?:missing closing|unexpected) \)/.test(error)) return unbalancedParenthesis(source);
  if (part === "") return -1;
  if (error.includes("duplicate")) return source.lastIndexOf(part);
  // Prefer an occurrence that is not in the middle of an escape or a class.
  for (const { index } of source.matchAll(PIECE)) {
    if (source.startsWith(part, index)) return index;
  }
  return source.indexOf(part);
}

/** The index of the first unmatched closing parenthesis, otherwise of the last unclosed one. */
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
