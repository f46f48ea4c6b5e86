/** The frame of the pages under `/docs`. They need no script. */
import { type Html, html } from "./html.ts";

export const STYLE_PATH = "/docs/style.css";

export function docsPage(title: string, content: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Sitewire</title>
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="${STYLE_PATH}">
</head>
<body>
<header class="bar"><a class="home" href="/">Sitewire</a><nav aria-label="Documentation"><a href="/docs/api">API</a><a href="/docs/problems">Problems</a><a href="/api/v1/openapi.json">OpenAPI</a></nav></header>
<main>${content}</main>
</body>
</html>
`.text;
}

/** The values of the dashboard's design system (dashboard/src/design/tokens.css). */
export const DOCS_STYLE = `
:root {
  color-scheme: light dark;
  --canvas: light-dark(#fbfbfa, #101113);
  --surface: light-dark(#ffffff, #16171a);
  --sunken: light-dark(#f2f2ef, #1a1b1f);
  --line: light-dark(#e7e7e3, #25272b);
  --ink: light-dark(#18191b, #ececee);
  --muted: light-dark(#4f5156, #b3b5bb);
  --faint: light-dark(#66686e, #93969e);
  --accent: light-dark(#3450c8, #93a8ff);
  --down: light-dark(#c2232b, #ff7b78);
  --degraded: light-dark(#8f5a00, #f0b429);
  --up: light-dark(#1a7349, #4cc38a);
}
* { box-sizing: border-box; }
html { scroll-padding-top: 64px; }
body { margin: 0; background: var(--canvas); color: var(--ink);
  font: 14px/22px ui-sans-serif, system-ui, sans-serif; }
a { color: var(--accent); text-underline-offset: 2px; }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
code { font: 12px/18px ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
h1 { font-size: 22px; line-height: 28px; margin: 0 0 8px; letter-spacing: -0.01em; }
h2 { font-size: 17px; line-height: 24px; margin: 40px 0 8px; }
h3 { font-size: 12px; line-height: 16px; margin: 20px 0 6px; color: var(--muted); font-weight: 600; }
p { margin: 0 0 10px; max-width: 72ch; }
.bar { position: sticky; top: 0; z-index: 1; display: flex; gap: 24px; align-items: center; height: 48px;
  padding: 0 24px; background: var(--surface); border-bottom: 1px solid var(--line); }
.bar nav { display: flex; gap: 16px; }
.bar nav a { color: var(--muted); text-decoration: none; }
.bar nav a:hover { color: var(--ink); }
.home { color: var(--ink); font-weight: 600; text-decoration: none; }
main { display: block; max-width: 1180px; margin: 0 auto; padding: 32px 24px 96px; }
.split { display: grid; grid-template-columns: 220px minmax(0, 1fr); gap: 48px; align-items: start; }
.contents { position: sticky; top: 80px; max-height: calc(100vh - 112px); overflow: auto; font-size: 13px; line-height: 20px; }
.contents ul { list-style: none; margin: 0; padding: 0; }
.contents a { display: block; padding: 3px 0; color: var(--muted); text-decoration: none; }
.contents a:hover { color: var(--ink); }
.lead { color: var(--muted); }
.operation { background: var(--surface); border: 1px solid var(--line); border-radius: 6px; margin: 0 0 8px; }
.operation > summary { display: grid; grid-template-columns: 56px minmax(0, 1fr) minmax(0, 1fr); gap: 12px;
  align-items: baseline; padding: 9px 14px; cursor: pointer; list-style: none; }
.operation > summary::-webkit-details-marker { display: none; }
.operation > summary:hover { background: var(--sunken); border-radius: 6px; }
.operation > summary .what { color: var(--muted); font-size: 13px; }
.operation[open] > summary { border-bottom: 1px solid var(--line); border-radius: 6px 6px 0 0; }
.method { font: 600 11px/16px ui-monospace, monospace; letter-spacing: 0.03em; }
.get { color: var(--accent); } .post { color: var(--up); } .put, .patch { color: var(--degraded); } .delete { color: var(--down); }
.body { padding: 12px 14px 16px; }
.fields { margin: 0; border-top: 1px solid var(--line); font-size: 13px; line-height: 20px; }
.fields .fields { margin: 4px 0 4px; padding-left: 14px; border-left: 2px solid var(--line); border-top: 0; }
.field { display: grid; grid-template-columns: minmax(120px, 220px) minmax(0, 1fr); gap: 4px 16px; padding: 5px 0; border-bottom: 1px solid var(--line); }
.fields .fields > .field:last-child { border-bottom: 0; }
.field > dt { display: flex; flex-wrap: wrap; gap: 6px; align-items: baseline; }
.field > dd { margin: 0; min-width: 0; }
.type { color: var(--faint); font-size: 12px; }
.required { color: var(--down); font-size: 11px; }
table { width: 100%; border-collapse: collapse; font-size: 13px; line-height: 20px; }
th { text-align: left; font-weight: 600; color: var(--muted); font-size: 12px; }
th, td { padding: 8px 16px 8px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:target { background: var(--sunken); }
.number { font-variant-numeric: tabular-nums; }
@media (max-width: 800px) {
  .split { display: block; }
  .contents { display: none; }
  .bar, main { padding-left: 16px; padding-right: 16px; }
  .operation > summary { grid-template-columns: 48px minmax(0, 1fr); }
  .operation > summary .what { grid-column: 2; }
  .field { grid-template-columns: minmax(0, 1fr); }
  table, tbody, tr, td { display: block; }
  thead { display: none; }
  tr { padding: 10px 0; border-bottom: 1px solid var(--line); }
  td { border: 0; padding: 1px 0; }
}
`;
