/**
 * Leases on the shards of a scope, which live owners share evenly. A shard is `free`, or `held` by one owner until its
 * lease expires. The owner renews the lease, releases it, or lets it expire; then the shard is free again. Nobody takes
 * a held shard away: an owner that holds more than its share does not renew the surplus.
 */
import type { Sql, SqlService } from "./connecting/sql.ts";

const LOCK_SCOPE = "SELECT pg_advisory_xact_lock(1937007981, hashtext($1))";

const RENEW_OWNER = `
  INSERT INTO lease_owners (scope, owner, expires_at)
  VALUES ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')
  ON CONFLICT (scope, owner) DO UPDATE SET expires_at = excluded.expires_at`;

const DELETE_EXPIRED_OWNERS = "DELETE FROM lease_owners WHERE scope = $1 AND expires_at < clock_timestamp()";

/** Claims own shards first, then free ones; none that another owner holds. */
const CLAIM = `
  WITH share AS (
    SELECT ceil($4::numeric / count(*))::integer AS size FROM lease_owners WHERE scope = $1
  ), claimable AS (
    SELECT shard, lease.owner IS NOT DISTINCT FROM $2 AS own
    FROM generate_series(0, $4::integer - 1) AS shard
    LEFT JOIN (SELECT * FROM leases WHERE scope = $1) AS lease USING (shard)
    WHERE lease.owner IS NULL OR lease.owner = $2 OR lease.expires_at < clock_timestamp()
  ), claimed AS (
    SELECT shard FROM claimable ORDER BY own DESC, shard LIMIT (SELECT size FROM share)
  )
  INSERT INTO leases (scope, shard, owner, expires_at)
  SELECT $1, shard, $2, clock_timestamp() + $3 * interval '1 millisecond' FROM claimed
  ON CONFLICT (scope, shard) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
  RETURNING shard`;

export interface LeaseRequest {
  readonly scope: string;
  readonly owner: string;
  readonly leaseMs: number;
  /** Shards are numbered from 0. */
  readonly shards: number;
}

/** Renews and claims shards up to the owner's share. Returns those it now holds for `leaseMs`, in ascending order. */
export async function leaseShards(service: SqlService, request: LeaseRequest): Promise<readonly number[]> {
  const { scope, owner, leaseMs, shards } = request;
  return await service.transaction(async (sql) => {
    await sql.rows(LOCK_SCOPE, [scope]);
    await sql.change(RENEW_OWNER, [scope, owner, leaseMs]);
    await sql.change(DELETE_EXPIRED_OWNERS, [scope]);
    const rows = await sql.rows<{ shard: number }>(CLAIM, [scope, owner, leaseMs, shards]);
    return rows.map(({ shard }) => shard).sort((a, b) => a - b);
  });
}

/** Releases every shard of this owner. Call it only when none of its work is in flight. */
export async function releaseShards(service: SqlService, scope: string, owner: string): Promise<void> {
  await service.transaction(async (sql: Sql) => {
    await sql.rows(LOCK_SCOPE, [scope]);
    await sql.change("DELETE FROM leases WHERE scope = $1 AND owner = $2", [scope, owner]);
    await sql.change("DELETE FROM lease_owners WHERE scope = $1 AND owner = $2", [scope, owner]);
  });
}

/** Releases every shard of every owner. Call it only when no other owner is running. */
export async function forgetLeases(service: SqlService): Promise<void> {
  const [row] = await service.rows<{ exists: boolean }>("SELECT to_regclass('leases') IS NOT NULL AS exists");
  if (row?.exists === true) await service.script("TRUNCATE leases, lease_owners");
}
