/** Conditions of better-auth's queries as SQL. Names of columns come from our own tables, never from a request. */

import type { Where } from "better-auth";
import pg from "pg";
import { textColumn } from "../binary/columns.ts";
import type { SqlValue } from "../connecting/sql.ts";

export interface Fragment {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

const COMPARISONS = new Map([
  ["eq", "="],
  ["ne", "<>"],
  ["lt", "<"],
  ["lte", "<="],
  ["gt", ">"],
  ["gte", ">="],
]);

/** `first` is the number of the first parameter. Conditions joined by OR are one condition among those joined by AND. */
export function whereClause(conditions: readonly Required<Where>[], first: number): Fragment {
  const values: SqlValue[] = [];
  const parameter = (value: SqlValue): string => `$${first - 1 + values.push(value)}`;
  const all: string[] = [];
  const any: string[] = [];
  for (const condition of conditions) {
    (condition.connector === "OR" ? any : all).push(conditionOf(condition, parameter));
  }
  if (any.length > 0) all.push(`(${any.join(" OR ")})`);
  return { text: all.length === 0 ? "true" : all.join(" AND "), values };
}

function conditionOf(
  { field, operator = "eq", value, mode }: Required<Where>,
  parameter: (value: SqlValue) => string,
): string {
  const column = pg.escapeIdentifier(field);
  if (operator === "in" || operator === "not_in") {
    const list = textColumn((Array.isArray(value) ? value : [value]).map(String));
    return `${column}::text ${operator === "in" ? "= ANY" : "<> ALL"} (${parameter(list)}::text[])`;
  }
  const comparison = COMPARISONS.get(operator);
  if (comparison === undefined) throw new Error(`no such condition on our tables: ${operator} of ${field}`);
  if (value === null) return `${column} IS ${operator === "ne" ? "NOT " : ""}NULL`;
  const given = parameter(sqlValueOf(value));
  return mode === "insensitive"
    ? `lower(${column}::text) ${comparison} lower(${given}::text)`
    : `${column} ${comparison} ${given}`;
}

/** Any value that better-auth stores. */
export function sqlValueOf(value: unknown): SqlValue {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return value;
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
    case "boolean":
      return value;
    default:
      return JSON.stringify(value);
  }
}
