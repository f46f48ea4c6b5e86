/** Text that PostgreSQL and Kafka can store and return unchanged. */
import { z } from "zod";

/**
 * Excludes U+0000, which PostgreSQL's `text` cannot store (manual, "Character Types"), and lone surrogates, which UTF-8
 * cannot encode (RFC 3629, section 3). The pattern works with and without the `u` flag, because JSON Schema validators
 * differ.
 */
const STORABLE_TEXT =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the control character is the point.
  /^[^\u0000\ud800-\udfff]*(?:[\ud800-\udbff][\udc00-\udfff][^\u0000\ud800-\udfff]*)*$/;

export const storableTextSchema = z
  .string()
  .regex(STORABLE_TEXT, "must not contain U+0000 or a lone surrogate");

/** Replaces characters that cannot be stored with U+FFFD, and cuts the text at `limit` UTF-16 units. */
export function toStorableText(text: string, limit: number): string {
  return text.slice(0, limit).toWellFormed().replaceAll("\u0000", "\ufffd");
}
