/** The table `one_time_links`. A link is used by the same statement that finds it valid, so it works once. */
import type { LinkStore, NewLink, OneTimeLink, Person } from "../../../core/accounts/ports.ts";
import type { Sql, SqlService } from "../connecting/sql.ts";
import {
  HAS_ADMINISTRATOR,
  LOCK_ADMINISTRATORS,
  PERSON_COLUMNS,
  type PersonRow,
  personOf,
} from "./person-row.ts";

const REPLACE_EARLIER =
  "DELETE FROM one_time_links WHERE person_id = $1 OR expires_at < now() - interval '1 day'";

const ADD = `
  INSERT INTO one_time_links (kind, hash, person_id, expires_at)
  VALUES ($1, $2, $3, now() + $4::double precision * interval '1 millisecond')`;

const VALID = "hash = $1 AND used_at IS NULL AND expires_at > now()";

const FIND = `
  SELECT kind, ${PERSON_COLUMNS} FROM one_time_links LEFT JOIN people AS person ON person.id = person_id
  WHERE ${VALID}`;

const USE = `UPDATE one_time_links SET used_at = now() WHERE ${VALID} AND kind = 'setup' RETURNING id`;
const END_SETUP_LINKS = "DELETE FROM one_time_links WHERE kind = 'setup' AND used_at IS NULL";

/** An e-mail address that was invited before keeps its person. */
const ADD_ADMINISTRATOR = `
  INSERT INTO people AS person (name, email, email_verified, role) VALUES ($1, lower($2), true, 'administrator')
  ON CONFLICT (email) DO UPDATE SET name = excluded.name, role = 'administrator', tags = NULL, updated_at = now()
  RETURNING ${PERSON_COLUMNS}`;

const USE_FOR_PERSON = `
  UPDATE one_time_links SET used_at = now() WHERE ${VALID} AND kind <> 'setup' RETURNING kind, person_id AS "personId"`;

const SET_PASSWORD = `
  INSERT INTO sign_in_methods (person_id, provider_id, account_id, password) VALUES ($1::uuid, 'credential', $1::uuid::text, $2)
  ON CONFLICT (provider_id, account_id) DO UPDATE SET password = excluded.password, updated_at = now()`;

const END_SESSIONS = "DELETE FROM sessions WHERE person_id = $1";
const REMOVE_SECOND_FACTOR = "DELETE FROM second_factors WHERE person_id = $1";
const REMOVE_PASSKEYS = "DELETE FROM passkeys WHERE person_id = $1";
const NO_SECOND_FACTOR = "UPDATE people SET two_factor_enabled = false, updated_at = now() WHERE id = $1";
const PERSON = `SELECT ${PERSON_COLUMNS} FROM people AS person WHERE id = $1`;

type LinkRow = { readonly kind: OneTimeLink["kind"] };

export class SqlLinkStore implements LinkStore {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async add({ kind, hash, personId, lifetimeMs }: NewLink): Promise<void> {
    await this.#service.transaction(async (sql) => {
      await sql.change(REPLACE_EARLIER, [personId]);
      await sql.change(ADD, [kind, hash, personId, lifetimeMs]);
    });
  }

  async find(hash: string): Promise<OneTimeLink | null> {
    const [row] = await this.#service.rows<LinkRow & PersonRow>(FIND, [hash]);
    if (row === undefined) return null;
    if (row.kind === "setup") return { kind: "setup", person: null };
    return { kind: row.kind, person: personOf(row) };
  }

  async redeemSetup(
    hash: string,
    { name, email, passwordHash }: { name: string; email: string; passwordHash: string },
  ): Promise<Person | null> {
    return await this.#service.transaction(async (sql) => {
      await sql.rows(LOCK_ADMINISTRATORS);
      const [{ exists } = { exists: true }] = await sql.rows<{ exists: boolean }>(HAS_ADMINISTRATOR);
      if (exists || (await sql.rows(USE, [hash])).length === 0) return null;
      const [added] = await sql.rows<PersonRow>(ADD_ADMINISTRATOR, [name, email]);
      if (added === undefined) throw new Error("INSERT … RETURNING gave no row");
      await sql.change(SET_PASSWORD, [added.id, passwordHash]);
      await sql.change(END_SETUP_LINKS);
      return await personById(sql, added.id);
    });
  }

  async redeemForPerson(hash: string, passwordHash: string): Promise<Person | null> {
    return await this.#service.transaction(async (sql) => {
      type UsedRow = { readonly kind: OneTimeLink["kind"]; readonly personId: string };
      const [used] = await sql.rows<UsedRow>(USE_FOR_PERSON, [hash]);
      if (used === undefined) return null;
      await sql.change(SET_PASSWORD, [used.personId, passwordHash]);
      await sql.change(END_SESSIONS, [used.personId]);
      if (used.kind === "reset") {
        await sql.change(REMOVE_SECOND_FACTOR, [used.personId]);
        await sql.change(REMOVE_PASSKEYS, [used.personId]);
        await sql.change(NO_SECOND_FACTOR, [used.personId]);
      }
      return await personById(sql, used.personId);
    });
  }
}

async function personById(sql: Sql, id: string): Promise<Person | null> {
  const [row] = await sql.rows<PersonRow>(PERSON, [id]);
  return row === undefined ? null : personOf(row);
}
