/**
 * Keeps the tokens of sessions out of the database. better-auth stores them as they are, so that whoever reads the table
 * or a backup of it has every session; our table has their SHA-256, as of every other secret.
 */
import type { Where } from "better-auth";
import { hashOfSecret } from "../../../core/accounts/secrets.ts";
import { SESSIONS } from "./tables.ts";

const COLUMN = "token";

type Row = Readonly<Record<string, unknown>>;

/** A row to store, with its token hashed. */
export function withHashedToken<T extends Row>(table: string, row: T): T {
  const token = row[COLUMN];
  if (table !== SESSIONS.modelName || typeof token !== "string") return row;
  return { ...row, [COLUMN]: hashOfSecret(token) };
}

/** Conditions on tokens as conditions on their hashes. */
export function onHashedToken(
  table: string,
  conditions: readonly Required<Where>[],
): readonly Required<Where>[] {
  if (table !== SESSIONS.modelName) return conditions;
  return conditions.map((condition) =>
    condition.field === COLUMN ? { ...condition, value: hashedValue(condition.value) } : condition,
  );
}

/** The token that a caller who knows it gets back in the row; without it the row has the hash, which opens nothing. */
export function knownToken(
  table: string,
  { row, conditions }: { readonly row?: Row; readonly conditions?: readonly Required<Where>[] },
): { readonly token?: string } {
  if (table !== SESSIONS.modelName) return {};
  const token = row?.[COLUMN] ?? conditions?.find(({ field }) => field === COLUMN)?.value;
  return typeof token === "string" ? { token } : {};
}

function hashedValue(value: Where["value"]): Where["value"] {
  if (Array.isArray(value)) return value.map((token) => hashOfSecret(String(token)));
  return typeof value === "string" ? hashOfSecret(value) : value;
}
