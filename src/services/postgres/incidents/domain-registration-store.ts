/** The table `domain_registrations`. */
import type { DomainRegistrations } from "../../../core/incidents/domain-registrations.ts";
import { textColumn, uuidColumn } from "../binary/columns.ts";
import type { SqlService } from "../connecting/sql.ts";
import { isChecked } from "../sites/checked-site.ts";

const SITES = `
  SELECT id, url FROM sites AS site WHERE ${isChecked("site")}`;

const NOTE = `
  WITH noted AS (
    SELECT domain, array_agg(site_id) AS site_ids FROM unnest($1::text[], $2::uuid[]) AS new (domain, site_id) GROUP BY domain
  ), gone AS (
    DELETE FROM domain_registrations WHERE domain NOT IN (SELECT domain FROM noted)
  )
  INSERT INTO domain_registrations (domain, site_ids) SELECT domain, site_ids FROM noted
  ON CONFLICT (domain) DO UPDATE SET site_ids = excluded.site_ids`;

const TAKE = `
  UPDATE domain_registrations SET ask_at = to_timestamp($2::double precision / 1000)
  WHERE domain = (
    SELECT domain FROM domain_registrations WHERE ask_at <= to_timestamp($1::double precision / 1000)
    ORDER BY ask_at, domain LIMIT 1 FOR UPDATE SKIP LOCKED
  )
  RETURNING domain`;

/** A failed question keeps the expiry that was known. */
const STORE = `
  UPDATE domain_registrations SET reason = $3,
    expires_at = CASE WHEN $3::text IS NULL THEN to_timestamp($2::double precision / 1000) ELSE expires_at END
  WHERE domain = $1`;

export class SqlDomainRegistrations implements DomainRegistrations {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async noteSites(domainOf: (url: string) => string | null): Promise<void> {
    const sites = await this.#service.rows<{ id: string; url: string }>(SITES);
    const noted = sites.flatMap(({ id, url }) => {
      const domain = domainOf(url);
      return domain === null ? [] : [{ id, domain }];
    });
    await this.#service.change(NOTE, [
      textColumn(noted.map(({ domain }) => domain)),
      uuidColumn(noted.map(({ id }) => id)),
    ]);
  }

  async takeDue(nowMs: number, againMs: number): Promise<string | null> {
    const [row] = await this.#service.rows<{ domain: string }>(TAKE, [nowMs, againMs]);
    return row?.domain ?? null;
  }

  async store(
    domain: string,
    { expiresAtMs, reason }: { readonly expiresAtMs: number | null; readonly reason: string | null },
  ): Promise<void> {
    await this.#service.change(STORE, [domain, expiresAtMs, reason]);
  }
}
