/** The table `access_tokens`. */

import type { AccessToken, FoundToken, NewToken, TokenStore } from "../../../core/accounts/ports.ts";
import type { Right } from "../../../core/accounts/rights.ts";
import { textColumn } from "../binary/columns.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { SqlService } from "../connecting/sql.ts";
import { PERSON_COLUMNS, type PersonRow, personOf } from "./person-row.ts";

const COLUMNS = `
  token.id, token.name, token.beginning, token.scopes, token.tags, token.owner_id AS "ownerId",
  owner.name AS "ownerName",
  ${millisecondsOf("token.created_at", "createdAtMs")},
  ${millisecondsOf("token.expires_at", "expiresAtMs")},
  ${millisecondsOf("token.last_used_at", "lastUsedAtMs")}`;

type TokenRow = AccessToken & Record<string, unknown>;

const LIST = `
  SELECT ${COLUMNS} FROM access_tokens AS token LEFT JOIN people AS owner ON owner.id = token.owner_id
  WHERE $1::uuid IS NULL OR token.owner_id = $1 ORDER BY token.created_at DESC, token.id`;

const ADD = `
  WITH token AS (
    INSERT INTO access_tokens (name, hash, beginning, scopes, tags, owner_id, expires_at)
    VALUES ($1, $2, $3, $4::text[], $5::text[], $6, to_timestamp($7::double precision / 1000)) RETURNING *
  )
  SELECT ${COLUMNS} FROM token LEFT JOIN people AS owner ON owner.id = token.owner_id`;

const REVOKE = `
  WITH token AS (
    DELETE FROM access_tokens WHERE id::text = lower($1) AND ($2::uuid IS NULL OR owner_id = $2) RETURNING *
  )
  SELECT ${COLUMNS} FROM token LEFT JOIN people AS owner ON owner.id = token.owner_id`;

/** A use is noted once a minute, so that a busy token does not write with every request. */
const FIND = `
  WITH found AS (SELECT * FROM access_tokens WHERE hash = $1 AND (expires_at IS NULL OR expires_at > now()))
  , noted AS (
    UPDATE access_tokens AS token SET last_used_at = now() FROM found
    WHERE token.id = found.id AND (found.last_used_at IS NULL OR found.last_used_at < now() - interval '1 minute')
    RETURNING 1
  )
  SELECT found.id AS "tokenId", found.name AS "tokenName", found.scopes, found.tags AS "tokenTags",
    (SELECT count(*) FROM noted)::integer AS noted, ${PERSON_COLUMNS}
  FROM found LEFT JOIN people AS person ON person.id = found.owner_id`;

type FoundRow = {
  readonly tokenId: string;
  readonly tokenName: string;
  readonly scopes: readonly Right[];
  readonly tokenTags: readonly string[] | null;
};

export class SqlTokenStore implements TokenStore {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async list(ownerId: string | null): Promise<readonly AccessToken[]> {
    return await this.#service.rows<TokenRow>(LIST, [ownerId]);
  }

  async add({ name, hash, beginning, scopes, tags, ownerId, expiresAtMs }: NewToken): Promise<AccessToken> {
    const tagsColumn = tags === null ? null : textColumn(tags);
    const values = [name, hash, beginning, textColumn(scopes), tagsColumn, ownerId, expiresAtMs];
    const [row] = await this.#service.rows<TokenRow>(ADD, values);
    if (row === undefined) throw new Error("INSERT … RETURNING gave no row");
    return row;
  }

  async find(hash: string): Promise<FoundToken | null> {
    const [row] = await this.#service.rows<FoundRow & PersonRow>(FIND, [hash]);
    if (row === undefined) return null;
    const { tokenId, tokenName, scopes, tokenTags } = row;
    // Without an owner every column of the person is null.
    const owner = row.email === null ? null : personOf(row);
    return { id: tokenId, name: tokenName, scopes, tags: tokenTags, owner };
  }

  async revoke(id: string, ownerId: string | null): Promise<AccessToken | null> {
    const [row] = await this.#service.rows<TokenRow>(REVOKE, [id, ownerId]);
    return row ?? null;
  }
}
