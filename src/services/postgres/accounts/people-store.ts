/** The table `people`. */
import {
  LastAdministratorError,
  type NewPerson,
  type PeopleStore,
  type Person,
  type PersonChange,
  StalePersonError,
} from "../../../core/accounts/ports.ts";
import { textColumn } from "../binary/columns.ts";
import type { Sql, SqlService } from "../connecting/sql.ts";
import {
  HAS_ADMINISTRATOR,
  LOCK_ADMINISTRATORS,
  PERSON_COLUMNS,
  type PersonRow,
  personOf,
} from "./person-row.ts";

const LIST = `SELECT ${PERSON_COLUMNS} FROM people AS person ORDER BY lower(name), email`;

const FIND = `
  SELECT ${PERSON_COLUMNS} FROM people AS person
  WHERE id::text = lower($1) OR email = lower($1) OR lower(name) = lower($1) ORDER BY email`;

const FIND_FOR_CHANGE = `
  SELECT ${PERSON_COLUMNS} FROM people AS person WHERE id::text = lower($1) FOR UPDATE`;

/** Whoever invites vouches for the address. */
const ADD = `
  INSERT INTO people AS person (name, email, email_verified, role, tags)
  VALUES ($1, lower($2), true, $3, $4::text[])
  RETURNING ${PERSON_COLUMNS}`;

/** A changed role or other tags are a changed right: whoever is signed in has to sign in again. */
const CHANGE = `
  WITH earlier AS (SELECT id, role FROM people WHERE id = $1 FOR UPDATE)
  , ended AS (
    DELETE FROM sessions USING earlier WHERE person_id = earlier.id AND earlier.role <> $3 RETURNING 1
  )
  UPDATE people AS person SET name = $2, role = $3, tags = $4::text[], updated_at = now(), revision = revision + 1
  FROM earlier WHERE person.id = earlier.id RETURNING ${PERSON_COLUMNS}`;

const REMOVE = "DELETE FROM people WHERE id::text = lower($1)";

export class SqlPeopleStore implements PeopleStore {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async list(): Promise<readonly Person[]> {
    return (await this.#service.rows<PersonRow>(LIST)).map(personOf);
  }

  async find(idEmailOrName: string): Promise<readonly Person[]> {
    return (await this.#service.rows<PersonRow>(FIND, [idEmailOrName])).map(personOf);
  }

  async add({ name, email, role, tags }: NewPerson): Promise<Person> {
    const [row] = await this.#service.rows<PersonRow>(ADD, [name, email, role, tagsColumn(tags)]);
    if (row === undefined) throw new Error("INSERT … RETURNING gave no row");
    return personOf(row);
  }

  async change(id: string, { revision, ...change }: PersonChange): Promise<Person | null> {
    return await this.#keepingAnAdministrator(async (sql) => {
      const [earlier] = await sql.rows<PersonRow>(FIND_FOR_CHANGE, [id]);
      if (earlier === undefined) return null;
      if (revision !== undefined && revision !== earlier.revision) throw new StalePersonError();
      const { name = earlier.name, role = earlier.role, tags = earlier.tags } = change;
      const [row] = await sql.rows<PersonRow>(CHANGE, [earlier.id, name, role, tagsColumn(tags)]);
      return row === undefined ? null : personOf(row);
    });
  }

  async remove(id: string, revision?: number): Promise<boolean> {
    return await this.#keepingAnAdministrator(async (sql) => {
      const [earlier] = await sql.rows<PersonRow>(FIND_FOR_CHANGE, [id]);
      if (earlier !== undefined && revision !== undefined && revision !== earlier.revision) {
        throw new StalePersonError();
      }
      return (await sql.change(REMOVE, [id])) === 1;
    });
  }

  async hasAdministrator(): Promise<boolean> {
    return await hasAdministrator(this.#service);
  }

  /** Rolls back what leaves nobody to administer, where somebody could before. */
  async #keepingAnAdministrator<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return await this.#service.transaction(async (sql) => {
      await sql.rows(LOCK_ADMINISTRATORS);
      const before = await hasAdministrator(sql);
      const outcome = await work(sql);
      if (before && !(await hasAdministrator(sql))) throw new LastAdministratorError();
      return outcome;
    });
  }
}

async function hasAdministrator(sql: Sql): Promise<boolean> {
  const [row] = await sql.rows<{ exists: boolean }>(HAS_ADMINISTRATOR);
  return row?.exists === true;
}

function tagsColumn(tags: readonly string[] | null): Uint8Array | null {
  return tags === null ? null : textColumn(tags);
}
