/** Makes external text storable in a result: bounded, well-formed Unicode, without U+0000. */

const NUL = "\u0000";

/** Returns at most `limit` UTF-16 units; an ellipsis marks the cut. */
export function shorten(text: string, limit: number): string {
  const cut = text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
  const wellFormed = cut.isWellFormed() ? cut : cut.toWellFormed();
  return wellFormed.includes(NUL) ? wellFormed.replaceAll(NUL, "\ufffd") : wellFormed;
}
