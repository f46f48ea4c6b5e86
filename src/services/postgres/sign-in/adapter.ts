/**
 * better-auth's queries as SQL over our own connections, so that signing in has the same pool, session settings and
 * errors as everything else, and so that sessions are stored as hashes.
 */
import type { Where } from "better-auth";
import { type CustomAdapter, createAdapterFactory } from "better-auth/adapters";
import pg from "pg";
import type { Sql, SqlValue } from "../connecting/sql.ts";
import { knownToken, onHashedToken, withHashedToken } from "./session-tokens.ts";
import { sqlValueOf, whereClause } from "./where.ts";

type Conditions = readonly Required<Where>[];
type Row = Record<string, unknown>;

/** Each query is one statement; what better-auth needs to be atomic is one query. */
export function signInAdapter(sql: Sql): ReturnType<typeof createAdapterFactory> {
  return createAdapterFactory({
    config: {
      adapterId: "sitewire",
      supportsUUIDs: true,
      supportsDates: true,
      supportsBooleans: true,
      supportsJSON: true,
      supportsNumericIds: false,
    },
    adapter: ({ getFieldName }) => new StatementAdapter(sql, getFieldName),
  });
}

class StatementAdapter implements CustomAdapter {
  readonly #sql: Sql;
  readonly #columnOf: (of: { model: string; field: string }) => string;

  constructor(sql: Sql, columnOf: (of: { model: string; field: string }) => string) {
    this.#sql = sql;
    this.#columnOf = columnOf;
  }

  async create<T extends Row>({ model, data }: { model: string; data: T }): Promise<T> {
    const row = withHashedToken(model, data);
    const columns = Object.keys(row).map(pg.escapeIdentifier).join(", ");
    const parameters = Object.keys(row).map((_name, index) => `$${index + 1}`);
    const [made] = await this.#sql.rows<T>(
      `INSERT INTO ${table(model)} (${columns}) VALUES (${parameters.join(", ")}) RETURNING *`,
      Object.values(row).map(sqlValueOf),
    );
    if (made === undefined) throw new Error("INSERT … RETURNING gave no row");
    return { ...made, ...knownToken(model, { row: data }) };
  }

  async findOne<T>({ model, where }: { model: string; where: Required<Where>[] }): Promise<T | null> {
    const { text, values } = this.#where(model, where);
    return await this.#first<T>(`SELECT * FROM ${table(model)} WHERE ${text} LIMIT 1`, values, model, where);
  }

  async findMany<T>({
    model,
    where = [],
    limit,
    sortBy,
    offset = 0,
  }: Parameters<CustomAdapter["findMany"]>[0]): Promise<T[]> {
    const { text, values } = this.#where(model, where);
    const column = sortBy === undefined ? "id" : this.#columnOf({ model, field: sortBy.field });
    const order = `${pg.escapeIdentifier(column)} ${sortBy?.direction === "desc" ? "DESC" : "ASC"}`;
    return await this.#sql.rows<T & Row>(
      `SELECT * FROM ${table(model)} WHERE ${text} ORDER BY ${order} LIMIT ${Number(limit)} OFFSET ${Number(offset)}`,
      values,
    );
  }

  async count({
    model,
    where = [],
  }: {
    model: string;
    where?: Required<Where>[] | undefined;
  }): Promise<number> {
    const { text, values } = this.#where(model, where);
    const statement = `SELECT count(*)::integer AS count FROM ${table(model)} WHERE ${text}`;
    const [row] = await this.#sql.rows<{ count: number }>(statement, values);
    return row?.count ?? 0;
  }

  async update<T>({
    model,
    where,
    update,
  }: {
    model: string;
    where: Required<Where>[];
    update: T;
  }): Promise<T | null> {
    return await this.#updateOne<T>(
      model,
      where,
      assignments(model, Object.fromEntries(Object.entries(update ?? {}))),
    );
  }

  async updateMany({
    model,
    where,
    update,
  }: {
    model: string;
    where: Required<Where>[];
    update: Row;
  }): Promise<number> {
    const set = assignments(model, update);
    const { text, values } = this.#where(model, guarded(where), set.values.length + 1);
    return await this.#sql.change(`UPDATE ${table(model)} SET ${set.text} WHERE ${text}`, [
      ...set.values,
      ...values,
    ]);
  }

  async delete({ model, where }: { model: string; where: Required<Where>[] }): Promise<void> {
    await this.deleteMany({ model, where });
  }

  async deleteMany({ model, where }: { model: string; where: Required<Where>[] }): Promise<number> {
    const { text, values } = this.#where(model, guarded(where));
    return await this.#sql.change(`DELETE FROM ${table(model)} WHERE ${text}`, values);
  }

  /** Deletes and returns one row: of several who ask at once, one gets it. */
  async consumeOne<T>({ model, where }: { model: string; where: Required<Where>[] }): Promise<T | null> {
    const { text, values } = this.#where(model, guarded(where));
    const one = `(SELECT id FROM ${table(model)} WHERE ${text} LIMIT 1 FOR UPDATE SKIP LOCKED)`;
    return await this.#first<T>(
      `DELETE FROM ${table(model)} WHERE id IN ${one} RETURNING *`,
      values,
      model,
      where,
    );
  }

  /** Adds to counters and sets values where the conditions still hold. */
  async incrementOne<T>({
    model,
    where,
    increment,
    set = {},
  }: {
    model: string;
    where: Required<Where>[];
    increment: Record<string, number>;
    set?: Row | undefined;
  }): Promise<T | null> {
    return await this.#updateOne<T>(model, where, assignments(model, set, increment));
  }

  /** The conditions are tested again on the row as it is after others have changed it (READ COMMITTED). */
  async #updateOne<T>(
    model: string,
    where: Required<Where>[],
    set: { readonly text: string; readonly values: readonly SqlValue[] },
  ): Promise<T | null> {
    const { text, values } = this.#where(model, guarded(where), set.values.length + 1);
    return await this.#first<T>(
      `UPDATE ${table(model)} SET ${set.text} WHERE ${text} RETURNING *`,
      [...set.values, ...values],
      model,
      where,
    );
  }

  async #first<T>(
    statement: string,
    values: readonly SqlValue[],
    model: string,
    where: Conditions,
  ): Promise<T | null> {
    const [row] = await this.#sql.rows<T & Row>(statement, values);
    return row === undefined ? null : { ...row, ...knownToken(model, { conditions: where }) };
  }

  #where(model: string, where: Conditions, first = 1): ReturnType<typeof whereClause> {
    return whereClause(onHashedToken(model, where), first);
  }
}

function assignments(
  model: string,
  set: Row,
  increment: Readonly<Record<string, number>> = {},
): { readonly text: string; readonly values: readonly SqlValue[] } {
  const row = withHashedToken(model, set);
  const values: SqlValue[] = [];
  const parameter = (value: unknown): string => `$${values.push(sqlValueOf(value))}`;
  const parts = [
    ...Object.entries(row).map(([name, value]) => `${pg.escapeIdentifier(name)} = ${parameter(value)}`),
    ...Object.entries(increment).map(([name, delta]) => {
      const column = pg.escapeIdentifier(name);
      return `${column} = ${column} + ${parameter(delta)}`;
    }),
  ];
  return { text: parts.join(", "), values };
}

function table(model: string): string {
  return pg.escapeIdentifier(model);
}

/** A change of every row of a table is never meant. */
function guarded(where: Required<Where>[]): Required<Where>[] {
  if (where.length === 0) throw new Error("refused to change a whole table");
  return where;
}
