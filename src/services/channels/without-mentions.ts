const ZERO_WIDTH_SPACE = "\u200b";

/** A text in which no `@name` calls anybody: a space without width stands between. Addresses such as a@b.example stay. */
export function withoutMentions(text: string): string {
  return text.replaceAll(/(?<![\p{L}\p{N}._-])@(?=[\p{L}\p{N}_])/gu, `@${ZERO_WIDTH_SPACE}`);
}

/** As `withoutMentions`, for services in which `<…>` is a link or a mention and has no escape. */
export function withoutAngleBrackets(text: string): string {
  return text.replaceAll("<", `<${ZERO_WIDTH_SPACE}`);
}
