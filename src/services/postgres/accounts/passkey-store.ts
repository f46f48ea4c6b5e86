/** The table `passkeys`. */

import type { NewPasskey, Passkey, PasskeyStore, StoredPasskey } from "../../../core/accounts/ports.ts";
import { textColumn } from "../binary/columns.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { SqlService } from "../connecting/sql.ts";

const COLUMNS = `
  id, name, ${millisecondsOf("created_at", "createdAtMs")},
  ${millisecondsOf("last_used_at", "lastUsedAtMs")}`;

const LIST = `SELECT ${COLUMNS} FROM passkeys WHERE person_id = $1 ORDER BY created_at, id`;

const FIND = `
  SELECT person_id AS "personId", credential_id AS "credentialId", public_key AS "publicKey",
    counter::double precision AS counter, transports
  FROM passkeys WHERE credential_id = $1 OR person_id = $2`;

const ADD = `
  INSERT INTO passkeys (person_id, name, credential_id, public_key, counter, transports)
  VALUES ($1, $2, $3, $4, $5, $6::text[]) RETURNING ${COLUMNS}`;

const NOTE_USE = "UPDATE passkeys SET counter = $2, last_used_at = now() WHERE credential_id = $1";

/** The last way in stays. */
const REMOVE = `
  DELETE FROM passkeys WHERE person_id = $1 AND id::text = lower($2) AND (
    EXISTS (SELECT FROM sign_in_methods WHERE person_id = $1)
    OR EXISTS (SELECT FROM passkeys AS other WHERE other.person_id = $1 AND other.id::text <> lower($2)))`;

export class SqlPasskeyStore implements PasskeyStore {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async list(personId: string): Promise<readonly Passkey[]> {
    return await this.#service.rows<Passkey & Record<string, unknown>>(LIST, [personId]);
  }

  async find(credentialId: string): Promise<StoredPasskey | null> {
    const [found] = await this.#service.rows<StoredPasskey & Record<string, unknown>>(FIND, [
      credentialId,
      null,
    ]);
    return found ?? null;
  }

  async ofPerson(personId: string): Promise<readonly StoredPasskey[]> {
    return await this.#service.rows<StoredPasskey & Record<string, unknown>>(FIND, [null, personId]);
  }

  async add({ personId, name, credentialId, publicKey, counter, transports }: NewPasskey): Promise<Passkey> {
    const values = [personId, name, credentialId, publicKey, counter, textColumn(transports)];
    const [row] = await this.#service.rows<Passkey & Record<string, unknown>>(ADD, values);
    if (row === undefined) throw new Error("INSERT … RETURNING gave no row");
    return row;
  }

  async noteUse(credentialId: string, counter: number): Promise<void> {
    await this.#service.change(NOTE_USE, [credentialId, counter]);
  }

  async remove(personId: string, id: string): Promise<boolean> {
    return (await this.#service.change(REMOVE, [personId, id])) === 1;
  }
}
