/** `/docs/problems`: what each code of a problem means. Answers link here in `type`. */
import { PROBLEMS_PATH, problemKinds } from "../../contract/api/problem.ts";
import { html, withCode } from "./html.ts";
import { docsPage } from "./page.ts";

export function problemsPage(): string {
  const rows = Object.entries(problemKinds).map(
    ([code, { status, title, remedy }]) =>
      html`<tr id="${code}"><td><code><a href="${PROBLEMS_PATH}#${code}">${code}</a></code></td><td class="number">${status}</td><td>${title}.</td><td>${withCode(remedy)}</td></tr>`,
  );
  return docsPage(
    "Problems",
    html`<h1>Problems</h1>
<p class="lead">Errors of the API are problem details (<a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>), with the content type <code>application/problem+json</code>. <code>code</code> is one of these and does not change; <code>detail</code> says what happened; <code>errors</code> names the fields.</p>
<table><thead><tr><th>Code</th><th>Status</th><th>Meaning</th><th>What to do</th></tr></thead><tbody>${rows}</tbody></table>`,
  );
}
