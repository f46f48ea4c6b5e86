/**
 * A line in which nothing is markup, for services that read Markdown (CommonMark 0.31, section 2.4). A line that is a web
 * address stays, so that it can be followed, unless it holds what could end a link.
 */
export function escapedMarkdown(line: string): string {
  if (/^https?:\/\/[^\s()[\]<>*`|~\\]+$/.test(line)) return line;
  return line.replaceAll(/[\\`*_~|[\]()<>#!]/g, String.raw`\$&`);
}
