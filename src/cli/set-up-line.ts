/** The line with the link that makes the first administrator. */

export function setUpLine(url: string): string {
  return `to change things, make your account (once, within a day)  ${url}\n`;
}
