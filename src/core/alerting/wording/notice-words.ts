/** What the texts of all notices share. */
import type { NoticeKind } from "./notice.ts";

/** Before what to do next, in a title. Where a title is shortened, it and what follows are kept. */
export const NEXT_MARK = ". Next: ";

/**
 * Names and causes come from outside: without control characters and without marks that turn the direction of what
 * follows (Unicode Standard Annex 9), so that no text forges a line or hides another one.
 */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replaceAll(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "");
}

export function prefixOf(kind: NoticeKind): string {
  switch (kind) {
    case "escalated":
      return "ESCALATED ";
    case "reminder":
      return "STILL ";
    case "worsened":
      return "NOW ";
    case "acknowledged":
      return "ACKNOWLEDGED ";
    case "opened":
    case "resolved":
      return "";
    default:
      return kind satisfies never;
  }
}

export function utc(instantMs: number): string {
  return `${new Date(Math.round(instantMs)).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
