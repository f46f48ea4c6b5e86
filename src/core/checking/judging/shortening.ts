/** Text from outside made fit for a result: bounded, valid Unicode, without U+0000. */

const NUL = "\u0000";

/** At most `limit` UTF-16 units; what is cut off is marked by an ellipsis. */
export function shorten(text: string, limit: number): string {
  const cut = text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
  const wellFormed = cut.isWellFormed() ? cut : cut.toWellFormed();
  return wellFormed.includes(NUL) ? wellFormed.replaceAll(NUL, "\ufffd") : wellFormed;
}
