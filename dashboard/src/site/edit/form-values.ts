/** A site's definition as the texts of a form, and back. What the form has no field for is kept as it is, as JSON. */
import type { SiteDefinitionInput, SiteDetail } from "../../../../src/contract/api/sites/sites.ts";
import { durationText, parseDurationText } from "../../design/duration-text.ts";

type Definition = SiteDetail["definition"];
type Options = NonNullable<SiteDefinitionInput["options"]>;

export interface FormValues {
  readonly url: string;
  readonly name: string;
  readonly tags: string;
  readonly interval: string;
  readonly timeout: string;
  readonly regexp: string;
  readonly regexpExpected: string;
  readonly expectedStatus: string;
  readonly responseTimeBelow: string;
  readonly certificateDays: string;
  readonly method: string;
  readonly headers: string;
  readonly body: string;
  readonly followRedirects: string;
  readonly retries: string;
  readonly openAfter: string;
  readonly recoverAfter: string;
  readonly quorum: string;
  readonly dependsOn: string;
  readonly otherOptions: string;
}

export type FieldName = keyof FormValues;

export const emptyForm: FormValues = {
  url: "",
  name: "",
  tags: "",
  interval: "1m",
  timeout: "10s",
  regexp: "",
  regexpExpected: "present",
  expectedStatus: "",
  responseTimeBelow: "",
  certificateDays: "",
  method: "GET",
  headers: "",
  body: "",
  followRedirects: "true",
  retries: "",
  openAfter: "",
  recoverAfter: "",
  quorum: "",
  dependsOn: "",
  otherOptions: "",
};

export function formValuesOf(definition: Definition): FormValues {
  const {
    regexpExpected,
    expectedStatus,
    responseTimeBelowMs,
    certificateValidForDays,
    method,
    headers,
    body,
    followRedirects,
    retries,
    ...others
  } = definition.options;
  return {
    url: definition.url,
    name: definition.name ?? "",
    tags: definition.tags.join(", "),
    interval: durationText(definition.intervalMs),
    timeout: durationText(definition.timeoutMs),
    regexp: definition.regexp ?? "",
    regexpExpected: regexpExpected ?? "present",
    expectedStatus: expectedStatus ?? "",
    responseTimeBelow: responseTimeBelowMs === undefined ? "" : durationText(responseTimeBelowMs),
    certificateDays: certificateValidForDays?.toString() ?? "",
    method: method ?? "GET",
    headers: Object.entries(headers ?? {})
      .map(([name, value]) => `${name}: ${value}`)
      .join("\n"),
    body: body ?? "",
    followRedirects: String(followRedirects ?? true),
    retries: retries?.toString() ?? "",
    openAfter: definition.incident?.after?.toString() ?? "",
    recoverAfter: definition.incident?.recoverAfter?.toString() ?? "",
    quorum: definition.incident?.quorum?.toString() ?? "",
    dependsOn: definition.dependsOn ?? "",
    otherOptions: Object.keys(others).length === 0 ? "" : JSON.stringify(others, null, 2),
  };
}

/** What only the form can tell is wrong: a text that is no duration, no number, no header or no JSON. */
export type FormErrors = Partial<Record<FieldName, "duration" | "number" | "headers" | "json">>;

/** The definition that the texts describe; `errors` names the fields that could not be read and were left out. */
export function definitionOf(values: FormValues): {
  readonly definition: SiteDefinitionInput;
  readonly errors: FormErrors;
} {
  const errors: FormErrors = {};
  const duration = (field: FieldName): number | undefined => {
    if (values[field].trim() === "") return undefined;
    const durationMs = parseDurationText(values[field]);
    if (durationMs === null) errors[field] = "duration";
    return durationMs ?? undefined;
  };
  const number = (field: FieldName): number | undefined => {
    const text = values[field].trim();
    if (text === "") return undefined;
    if (/^\d+$/.test(text)) return Number(text);
    errors[field] = "number";
    return undefined;
  };
  const options: Options = {
    ...otherOptionsOf(values.otherOptions, errors),
    ...present({
      regexpExpected: values.regexpExpected === "absent" ? ("absent" as const) : undefined,
      expectedStatus: textOf(values.expectedStatus),
      responseTimeBelowMs: duration("responseTimeBelow"),
      certificateValidForDays: number("certificateDays"),
      method: values.method === "GET" ? undefined : methodOf(values.method),
      headers: headersOf(values.headers, errors),
      body: values.body === "" ? undefined : values.body,
      followRedirects: values.followRedirects === "false" ? false : undefined,
      retries: number("retries"),
    }),
  };
  const incident = present({
    after: number("openAfter"),
    recoverAfter: number("recoverAfter"),
    quorum: quorumOf(values.quorum, errors),
  });
  const definition: SiteDefinitionInput = {
    url: values.url.trim(),
    name: textOf(values.name) ?? null,
    tags: values.tags
      .split(",")
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ""),
    regexp: values.regexp === "" ? null : values.regexp,
    ...present({ intervalMs: duration("interval"), timeoutMs: duration("timeout") }),
    options,
    incident: Object.keys(incident).length === 0 ? null : incident,
    dependsOn: textOf(values.dependsOn) ?? null,
  };
  return { definition, errors };
}

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

export const methodChoices: readonly string[] = methods;

function methodOf(text: string): Options["method"] {
  return methods.find((method) => method === text);
}

function textOf(text: string): string | undefined {
  const trimmed = text.trim();
  return trimmed === "" ? undefined : trimmed;
}

function quorumOf(text: string, errors: FormErrors): "any" | "majority" | "all" | number | undefined {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed === "any" || trimmed === "majority" || trimmed === "all") {
    return trimmed === "" ? undefined : trimmed;
  }
  if (/^\d+$/.test(trimmed)) return Number(trimmed);
  errors.quorum = "number";
  return undefined;
}

/** `Name: value` on each line. */
function headersOf(text: string, errors: FormErrors): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const colon = line.indexOf(":");
    if (colon < 1) errors.headers = "headers";
    else headers[line.slice(0, colon).trim()] = line.slice(colon + 1).trim();
  }
  return Object.keys(headers).length === 0 ? undefined : headers;
}

/** The server says what is wrong in it; only that it is a JSON object is seen here. */
function otherOptionsOf(text: string, errors: FormErrors): Options {
  if (text.trim() === "") return {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch {
    // Reported below.
  }
  errors.otherOptions = "json";
  return {};
}

/** Without the entries that are undefined. */
function present<Entries extends object>(
  entries: Entries,
): { [Name in keyof Entries]?: NonNullable<Entries[Name]> } {
  const kept: { [Name in keyof Entries]?: NonNullable<Entries[Name]> } = {};
  for (const name in entries) {
    const value = entries[name];
    if (value !== undefined && value !== null) kept[name] = value;
  }
  return kept;
}
