/** The styles of a page with a colour of its own, readable in both themes. */
import { readableOn } from "../../../core/status-pages/accent.ts";

/** The grounds of both themes, as in status-page.css. */
const GROUND = { light: "#fbfbfa", dark: "#0f1113" };

export function accentStyles(accent: string): string {
  const light = `:root{--accent:${readableOn(GROUND.light, accent)}}`;
  const dark = `:root{--accent:${readableOn(GROUND.dark, accent)}}`;
  return `${light}@media (prefers-color-scheme:dark){${dark}}`;
}
