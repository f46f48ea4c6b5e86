/** Texts cut to what a service takes. Whole characters stay, and an ellipsis stands for what is cut off. */

import { NEXT_MARK } from "../../core/alerting/wording/notice-words.ts";

/** Size of a text as a service counts it. */
export type SizeOf = (text: string) => number;

const utf16Units: SizeOf = (text) => text.length;
export const utf8Bytes: SizeOf = (text) => Buffer.byteLength(text);

/** The longest beginning of a text whose size is at most `longest`. */
export function shortened(text: string, longest: number, sizeOf: SizeOf = utf16Units): string {
  if (sizeOf(text) <= longest) return text;
  let fits = 0;
  let tooLong = text.length;
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (sizeOf(cutAt(text, middle)) <= longest) fits = middle;
    else tooLong = middle;
  }
  return cutAt(text, fits);
}

/** A title. What to do next is kept where at least as much fits before it: the cause is cut. */
export function shortenedTitle(title: string, longest: number, sizeOf: SizeOf = utf16Units): string {
  if (sizeOf(title) <= longest) return title;
  const mark = title.lastIndexOf(NEXT_MARK);
  const next = mark < 0 ? "" : title.slice(mark);
  const restSize = longest - sizeOf(next);
  if (next === "" || restSize < sizeOf(next)) return shortened(title, longest, sizeOf);
  return `${shortened(title.slice(0, mark), restSize, sizeOf)}${next}`;
}

/** Lines as one text. The last one, which says what to do, is kept: what stands before it is cut. */
export function shortenedLines(
  lines: readonly string[],
  longest: number,
  sizeOf: SizeOf = utf16Units,
): string {
  const text = lines.join("\n");
  const last = lines.at(-1);
  if (sizeOf(text) <= longest || last === undefined) return text;
  const restSize = longest - sizeOf(`\n${last}`);
  // A last line that leaves no room is cut like any text.
  if (restSize <= 1) return shortened(text, longest, sizeOf);
  return `${shortened(lines.slice(0, -1).join("\n"), restSize, sizeOf)}\n${last}`;
}

function cutAt(text: string, length: number): string {
  const cut = text.slice(0, length);
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}
