/** Converts schema errors to messages for users who do not know the schema. */
import type { z } from "zod";

export interface Problem {
  readonly path: readonly PropertyKey[];
  /** Continues a sentence about the value: `must be a whole number`, `is missing`. */
  readonly message: string;
  /** The value; undefined when it is missing. Set only when parsed with `reportInput`. */
  readonly input: unknown;
}

type Issue = z.core.$ZodIssue;

/** Returns one problem per fault. */
export function problemsOf(error: z.core.$ZodError): readonly Problem[] {
  return error.issues.flatMap((issue) => problemsOfIssue(issue, []));
}

/** Formats a path such as `sites[0].tls.ca`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${String(part)}`,
    )
    .join("");
}

function problemsOfIssue(issue: Issue, parent: readonly PropertyKey[]): readonly Problem[] {
  const path = [...parent, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: "is not a known setting",
      input: undefined,
    }));
  }
  if (issue.code === "invalid_union") return problemsOfUnion(issue, path);
  if (issue.code === "invalid_key" || issue.code === "invalid_element") {
    return issue.issues.map((inner) => ({ path, message: messageOfIssue(inner), input: undefined }));
  }
  return [{ path, message: messageOfIssue(issue), input: issue.input }];
}

/** Reports the problem of the one alternative that almost matches, otherwise lists the alternatives. */
function problemsOfUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  path: readonly PropertyKey[],
): readonly Problem[] {
  if (issue.errors.length === 0)
    return [{ path, message: "matches none of the accepted forms", input: issue.input }];
  const deeper = issue.errors.filter((issues) => issues.every((inner) => inner.code !== "invalid_type"));
  const [nearest] = deeper;
  if (nearest !== undefined && deeper.length === 1) {
    return nearest.flatMap((inner) => problemsOfIssue(inner, path));
  }
  const messages = new Set(issue.errors.flatMap((issues) => issues.map(messageOfIssue)));
  return [{ path, message: [...messages].join(", or "), input: issue.input }];
}

const TYPES: Readonly<Record<string, string>> = {
  string: "text: put it in quotes",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "settings by name",
  record: "settings by name",
};

function messageOfIssue(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return "input" in issue && issue.input === undefined
        ? "is missing"
        : `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `must be ${listed(issue.values.map(String))}`;
    case "too_small":
      return boundOf("at least", issue.origin, Number(issue.minimum));
    case "too_big":
      return boundOf("at most", issue.origin, Number(issue.maximum));
    default:
      return issue.message;
  }
}

function boundOf(bound: "at least" | "at most", origin: string, limit: number): string {
  const single = bound === "at least" && limit === 1;
  if (origin === "string") return single ? "must not be empty" : `must have ${bound} ${limit} characters`;
  if (origin === "array") return single ? "must not be an empty list" : `must have ${bound} ${limit} entries`;
  return `must be ${bound} ${limit}`;
}

function listed(values: readonly string[]): string {
  if (values.length < 2) return values.join("");
  return `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
}
