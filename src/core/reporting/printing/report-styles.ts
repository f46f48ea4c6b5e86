/** The styles of a printed report. Landscape, since a row has a dozen figures; the table's head repeats on every page. */
export const REPORT_STYLES = `
:root { color-scheme: light dark; --ink: #17191f; --soft: #5b6270; --line: #dfe2e8; --page: #fff; --met: #1a7f45; --missed: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eaf0; --soft: #a2a9b8; --line: #33384a; --page: #14161d; --met: #5fd08c; --missed: #ff8a80; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 14px/1.45 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 1360px; margin: 0 auto; padding: 32px 24px 48px; }
h1 { margin: 0; font-size: 24px; font-weight: 650; letter-spacing: -0.01em; }
header p { margin: 4px 0 0; color: var(--soft); }
.summary { display: flex; flex-wrap: wrap; gap: 16px 40px; margin: 28px 0; }
.summary dt { color: var(--soft); font-size: 13px; }
.summary dd { margin: 2px 0 0; font-size: 22px; font-weight: 600; font-variant-numeric: tabular-nums; }
.summary small { font-size: 13px; font-weight: 400; color: var(--soft); }
.table { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 7px 10px; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; white-space: nowrap; }
th:first-child, td:first-child { padding-left: 0; text-align: left; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--soft); font-size: 12px; font-weight: 500; vertical-align: bottom; white-space: normal; }
tbody th { font-weight: 500; white-space: normal; overflow-wrap: anywhere; min-width: 160px; }
td small, th small { display: block; color: var(--soft); font-size: 12px; font-weight: 400; }
small.met { color: var(--met); }
small.missed { color: var(--missed); font-weight: 600; }
tfoot th, tfoot td { border-bottom: 0; border-top: 2px solid var(--line); font-weight: 600; }
footer { margin-top: 28px; color: var(--soft); font-size: 13px; }
footer p { margin: 0 0 4px; max-width: 90ch; }
.none { margin: 40px 0; color: var(--soft); }
@page { size: A4 landscape; margin: 14mm 12mm 16mm; @bottom-right { content: counter(page) " / " counter(pages); font: 9px system-ui, sans-serif; color: #5b6270; } }
@media print {
  :root { color-scheme: light; --ink: #000; --soft: #444; --line: #c8ccd4; --page: #fff; --met: #14602f; --missed: #9c1c15; }
  body { font-size: 10px; }
  main { max-width: none; padding: 0; }
  h1 { font-size: 18px; }
  .summary { margin: 14px 0; gap: 8px 32px; }
  .summary dd { font-size: 15px; }
  .summary dt, .summary small, footer, td small, th small, thead th { font-size: 9px; }
  .table { overflow: visible; }
  th, td { padding: 4px 6px; }
  thead { display: table-header-group; }
  tfoot { display: table-row-group; }
  tr, .summary, footer { break-inside: avoid; }
}
`;
