/** `/docs/api`: the OpenAPI document for people. */
import { type Html, html, withCode } from "./html.ts";
import type { OpenApiContent, OpenApiDocument, OpenApiOperation, OpenApiParameter } from "./openapi.ts";
import { docsPage } from "./page.ts";
import { schemaFields } from "./schema-fields.ts";

interface PlacedOperation extends OpenApiOperation {
  readonly path: string;
  readonly method: string;
}

export function referencePage(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): PlacedOperation => ({ ...operation, path, method })),
  );
  const groups = [...Map.groupBy(operations, ({ tags }) => tags?.[0] ?? "other")].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const contents = groups.map(([tag]) => html`<li><a href="#${anchorOf(tag)}">${titleOf(tag)}</a></li>`);
  return docsPage(
    "API",
    html`<div class="split">
<nav class="contents" aria-label="Resources"><ul>${contents}</ul></nav>
<div>
<h1>API</h1>
<p class="lead">Everything that the dashboard and the command line can do. Instants are ISO 8601 in UTC, durations are milliseconds, fractions are from 0 to 1, and what is absent is <code>null</code>. A list's <code>next</code> is the <code>cursor</code> of the page after. What can be changed has an <code>ETag</code>, to be sent as <code>If-Match</code>. A POST with an <code>Idempotency-Key</code> may be sent again. A change takes the header <code>X-Sitewire: 1</code> or a token.</p>
<p class="lead"><code>curl -H "Authorization: Bearer swt_…" http://127.0.0.1:8642/api/v1/sites</code></p>
${groups.map(([tag, all]) => html`<h2 id="${anchorOf(tag)}">${titleOf(tag)}</h2>${all.map(operationHtml)}`)}
</div></div>`,
  );
}

function operationHtml({ path, method, ...operation }: PlacedOperation): Html {
  const { summary = "", description = "", parameters = [], requestBody, responses = {} } = operation;
  const answers = Object.entries(responses).filter(([status]) => status !== "default");
  return html`<details class="operation"><summary><span class="method ${method}">${method.toUpperCase()}</span><code>${path}</code><span class="what">${summary}</span></summary>
<div class="body"><p>${withCode(description)}</p>
${["path", "query", "header"].map((place) => parametersHtml(place, parameters))}
${requestBody === undefined ? null : contentHtml("Body", requestBody.content)}
${answers.map(([status, answer]) => contentHtml(`Answer ${status}`, answer.content))}
</div></details>`;
}

function parametersHtml(place: string, parameters: readonly OpenApiParameter[]): Html {
  const wanted = parameters.filter((parameter) => parameter.in === place);
  if (wanted.length === 0) return html``;
  const properties = Object.fromEntries(
    wanted.map(({ name, schema, description }) => [
      name,
      {
        ...(typeof schema === "object" ? schema : {}),
        ...(description === undefined ? {} : { description }),
      },
    ]),
  );
  const required = wanted.filter((parameter) => parameter.required === true).map(({ name }) => name);
  const title = { path: "Path", query: "Query", header: "Headers" }[place] ?? place;
  return html`<h3>${title}</h3>${schemaFields({ type: "object", properties, required })}`;
}

function contentHtml(title: string, content: OpenApiContent | undefined): Html {
  const [[type, media] = []] = Object.entries(content ?? {});
  if (type === undefined) return html`<h3>${title}</h3><p class="type">no content</p>`;
  return html`<h3>${title} <code>${type}</code></h3>${schemaFields(media?.schema)}`;
}

function anchorOf(tag: string): string {
  return tag.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}

function titleOf(tag: string): string {
  return tag.charAt(0).toUpperCase() + tag.slice(1);
}
