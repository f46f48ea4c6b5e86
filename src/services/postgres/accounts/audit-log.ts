/** The table `audit_log`. Rows are added and never changed. */

import { toStorableText } from "../../../contract/storable-text.ts";
import type {
  AuditEntry,
  AuditFilter,
  AuditLog,
  NewAuditEntry,
} from "../../../core/accounts/audit-entries.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { SqlService } from "../connecting/sql.ts";

const LONGEST_NAME = 500;

const APPEND = `
  INSERT INTO audit_log (
    actor_kind, actor_id, actor_name, address, action, target_kind, target_id, target_name, before, after
  )
  SELECT actor_kind, actor_id, actor_name, address, action, target_kind, target_id, target_name, before, after
  FROM jsonb_to_recordset($1::jsonb) AS entry (
    actor_kind text, actor_id text, actor_name text, address text, action text, target_kind text, target_id text,
    target_name text, before jsonb, after jsonb
  )`;

/** Bounds the memory that a statement takes. */
const ENTRIES_PER_STATEMENT = 500;

const LIST = `
  SELECT id::text, ${millisecondsOf("at", "atMs")}, actor_kind AS "actorKind",
    actor_id AS "actorId", actor_name AS "actorName", address, action, target_kind AS "targetKind",
    target_id AS "targetId", target_name AS "targetName", before, after
  FROM audit_log
  WHERE ($1::text IS NULL OR actor_id = $1 OR actor_name = $1)
    AND ($2::text IS NULL OR action = $2 OR starts_with(action, $2 || '.'))
    AND ($3::text IS NULL OR target_id = $3 OR target_name = $3)
    AND ($4::double precision IS NULL OR at >= to_timestamp($4 / 1000))
    AND ($5::double precision IS NULL OR at < to_timestamp($5 / 1000))
    AND ($6::bigint IS NULL OR id < $6)
  ORDER BY audit_log.id DESC LIMIT $7`;

type Row = {
  readonly id: string;
  readonly atMs: number;
  readonly actorKind: AuditEntry["actor"]["kind"];
  readonly actorId: string | null;
  readonly actorName: string;
  readonly address: string | null;
  readonly action: string;
  readonly targetKind: string;
  readonly targetId: string;
  readonly targetName: string | null;
  readonly before: unknown;
  readonly after: unknown;
};

export class SqlAuditLog implements AuditLog {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async append(entries: readonly NewAuditEntry[]): Promise<void> {
    for (let first = 0; first < entries.length; first += ENTRIES_PER_STATEMENT) {
      const rows = entries.slice(first, first + ENTRIES_PER_STATEMENT).map(rowOf);
      await this.#service.change(APPEND, [jsonOf(rows)]);
    }
  }

  async list(filter: AuditFilter): Promise<readonly AuditEntry[]> {
    const rows = await this.#service.rows<Row>(LIST, [
      filter.actor ?? null,
      filter.action ?? null,
      filter.target ?? null,
      filter.fromMs ?? null,
      filter.toMs ?? null,
      filter.before ?? null,
      filter.limit,
    ]);
    return rows.map((row) => ({
      id: row.id,
      atMs: row.atMs,
      actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
      address: row.address,
      action: row.action,
      target: { kind: row.targetKind, id: row.targetId, name: row.targetName },
      before: row.before,
      after: row.after,
    }));
  }
}

function rowOf({ actor, address, action, target, before, after }: NewAuditEntry): object {
  return {
    actor_kind: actor.kind,
    actor_id: actor.id,
    actor_name: storable(actor.name),
    address,
    action,
    target_kind: target.kind,
    target_id: storable(target.id),
    target_name: target.name === null ? null : storable(target.name),
    before,
    after,
  };
}

function storable(text: string): string {
  return toStorableText(text, LONGEST_NAME);
}

/** `jsonb` refuses U+0000 and lone surrogates inside texts (PostgreSQL manual, "JSON Types"). */
function jsonOf(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === "string" ? toStorableText(inner, inner.length) : inner,
  );
}
