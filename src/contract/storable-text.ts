/** Text that every store and log on its way can hold and give back unaltered. */
import { z } from "zod";

/**
 * Without U+0000, which PostgreSQL's `text` can't hold (manual, "Character Types"), and without a surrogate that lacks
 * its other half, which UTF-8 can't express (RFC 3629, section 3). Works with and without the `u` flag, since JSON
 * Schema validators differ.
 */
const STORABLE_TEXT =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the control character is the point.
  /^[^\u0000\ud800-\udfff]*(?:[\ud800-\udbff][\udc00-\udfff][^\u0000\ud800-\udfff]*)*$/;

export const storableTextSchema = z
  .string()
  .regex(STORABLE_TEXT, "must not contain U+0000 or half of a surrogate pair");

/** The nearest text that can be stored: what can't be is replaced by U+FFFD, and the rest is cut at `limit` UTF-16 units. */
export function toStorableText(text: string, limit: number): string {
  return text.slice(0, limit).toWellFormed().replaceAll("\u0000", "\ufffd");
}
