/** Changes single sites of the `sites` table, each only if nobody else changed it in between. */
import type { SiteSource } from "../../../contract/api/sites/sites.ts";
import type { Site } from "../../../contract/checks/site.ts";
import { siteSchema } from "../../../contract/checks/site.ts";
import type { BulkSiteChange, EditOutcome, SiteEditor, StoredSite } from "../../../core/sites/editing.ts";
import { textColumn, uuidColumn } from "../binary/columns.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { SqlService, SqlValue } from "../connecting/sql.ts";

const FIND = `
  SELECT id, name, url, regexp, interval_ms AS "intervalMs", timeout_ms AS "timeoutMs", enabled, options, tags, incident,
    depends_on AS "dependsOn", source, in_schedule AS "inSchedule", revision,
    ${millisecondsOf("created_at", "createdAtMs")}, ${millisecondsOf("updated_at", "updatedAtMs")}
  FROM sites WHERE id = $1`;

type FoundRow = {
  readonly source: SiteSource;
  readonly inSchedule: boolean;
  readonly revision: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
};

const SAME_NAME = `
  SELECT id FROM sites
  WHERE in_schedule AND id <> $1 AND (name = $2::text OR $2::text IS NULL AND name IS NULL AND url = $3) LIMIT 1`;

/** In the order of `valuesOf`. */
const VALUES = `$1::uuid, $2::text, $3::text, $4::text, $5::integer, $6::integer, $7::boolean, $8::jsonb,
    ARRAY(SELECT jsonb_array_elements_text($9::jsonb)), $10::jsonb, $11::text`;
const COLUMNS =
  "id, name, url, regexp, interval_ms, timeout_ms, enabled, options, tags, incident, depends_on";

/** A site that was removed or only observed is taken over, with its history. */
const ADD = `
  INSERT INTO sites AS site (${COLUMNS}) VALUES (${VALUES})
  ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, url = excluded.url, regexp = excluded.regexp, interval_ms = excluded.interval_ms,
    timeout_ms = excluded.timeout_ms, enabled = excluded.enabled, options = excluded.options, tags = excluded.tags,
    incident = excluded.incident, depends_on = excluded.depends_on, source = 'table', in_schedule = true
  WHERE NOT site.in_schedule AND site.watched_at IS NULL`;

const UPDATE = `
  UPDATE sites SET (${COLUMNS}) = (SELECT ${VALUES})
  WHERE id = $1::uuid AND in_schedule AND ($12::integer IS NULL OR revision = $12)`;

const REMOVE = `
  UPDATE sites SET in_schedule = false
  WHERE id = $1 AND in_schedule AND ($2::integer IS NULL OR revision = $2)`;

const RESTORE = `
  UPDATE sites SET in_schedule = true WHERE id = $1 AND NOT in_schedule AND source = 'table' AND watched_at IS NULL`;

const BULK = `
  WITH changed AS (
    SELECT id, ARRAY(
      SELECT tag FROM unnest(tags || $4::text[]) WITH ORDINALITY AS each (tag, position)
      WHERE tag <> ALL ($5::text[]) GROUP BY tag ORDER BY min(position)
    ) AS tags
    FROM sites WHERE id = ANY ($1::uuid[]) AND in_schedule
    ORDER BY id FOR UPDATE
  )
  UPDATE sites AS site SET
    enabled = coalesce($2::boolean, enabled), interval_ms = coalesce($3::integer, interval_ms), tags = changed.tags,
    in_schedule = NOT $6::boolean
  FROM changed WHERE changed.id = site.id AND cardinality(changed.tags) <= 50
  RETURNING site.id`;

export class SqlSiteEditor implements SiteEditor {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async find(id: string): Promise<StoredSite | null> {
    const [row] = await this.#service.rows<FoundRow & Record<string, unknown>>(FIND, [id]);
    if (row === undefined) return null;
    const { source, inSchedule, revision, createdAtMs, updatedAtMs, ...definition } = row;
    const site = siteSchema.safeParse(definition);
    return site.success ? { site: site.data, source, inSchedule, revision, createdAtMs, updatedAtMs } : null;
  }

  async hasSameName({ id, name, url }: Site): Promise<boolean> {
    return (await this.#service.rows(SAME_NAME, [id, name, url])).length > 0;
  }

  async add(site: Site): Promise<boolean> {
    return (await this.#service.change(ADD, valuesOf(site))) > 0;
  }

  async update(site: Site, revision: number | null): Promise<EditOutcome> {
    const count = await this.#service.change(UPDATE, [...valuesOf(site), revision]);
    return count > 0 ? "done" : await this.#whyNot(site.id);
  }

  async remove(id: string, revision: number | null): Promise<EditOutcome> {
    const count = await this.#service.change(REMOVE, [id, revision]);
    return count > 0 ? "done" : await this.#whyNot(id);
  }

  async restore(id: string): Promise<boolean> {
    return (await this.#service.change(RESTORE, [id])) > 0;
  }

  async changeMany(ids: readonly string[], change: BulkSiteChange): Promise<readonly string[]> {
    const rows = await this.#service.rows<{ id: string }>(BULK, [
      uuidColumn(ids),
      change.enabled ?? null,
      change.intervalMs ?? null,
      textColumn(change.addTags ?? []),
      textColumn(change.removeTags ?? []),
      change.delete === true,
    ]);
    return rows.map(({ id }) => id);
  }

  async #whyNot(id: string): Promise<"changed" | "unknown site"> {
    const stored = await this.find(id);
    return stored?.inSchedule === true ? "changed" : "unknown site";
  }
}

function valuesOf(site: Site): readonly SqlValue[] {
  return [
    site.id,
    site.name,
    site.url,
    site.regexp,
    site.intervalMs,
    site.timeoutMs,
    site.enabled,
    JSON.stringify(site.options),
    JSON.stringify(site.tags),
    site.incident === null ? null : JSON.stringify(site.incident),
    site.dependsOn,
  ];
}
