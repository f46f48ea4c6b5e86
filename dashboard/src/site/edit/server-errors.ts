/** Which field of the form an error of the server belongs to. */
import type { FieldName } from "./form-values.ts";

/** Paths as the server names them: the longest that an error's path begins with decides. */
const fieldOfPath: Readonly<Record<string, FieldName>> = {
  url: "url",
  name: "name",
  tags: "tags",
  intervalMs: "interval",
  timeoutMs: "timeout",
  regexp: "regexp",
  dependsOn: "dependsOn",
  "incident.after": "openAfter",
  "incident.recoverAfter": "recoverAfter",
  "incident.quorum": "quorum",
  incident: "openAfter",
  "options.regexpExpected": "regexpExpected",
  "options.expectedStatus": "expectedStatus",
  "options.responseTimeBelowMs": "responseTimeBelow",
  "options.certificateValidForDays": "certificateDays",
  "options.method": "method",
  "options.headers": "headers",
  "options.body": "body",
  "options.followRedirects": "followRedirects",
  "options.retries": "retries",
  options: "otherOptions",
};

/**
 * The first message of each field. What belongs to no field (the site as a whole) is in `others`, so that nothing the
 * server says is lost. An option without a field of its own names itself.
 */
export function errorsByField(errors: readonly { readonly field: string; readonly message: string }[]): {
  readonly byField: Partial<Record<FieldName, string>>;
  readonly others: readonly string[];
} {
  const byField: Partial<Record<FieldName, string>> = {};
  const others: string[] = [];
  for (const { field, message } of errors) {
    const path = Object.keys(fieldOfPath)
      .sort((one, other) => other.length - one.length)
      .find((each) => field === each || field.startsWith(`${each}.`) || field.startsWith(`${each}[`));
    const name = path === undefined ? undefined : fieldOfPath[path];
    if (name === undefined) others.push(field === "" ? message : `${field}: ${message}`);
    else
      byField[name] ??=
        name === "otherOptions" ? `${field.replace(/^options\.?/, "")} ${message}`.trim() : message;
  }
  return { byField, others };
}
