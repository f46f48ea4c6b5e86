/** The `sites` table. A removed site keeps its row, unscheduled, because its results refer to its name. */
import type { z } from "zod";
import { type Site, siteSchema } from "../../../contract/checks/site.ts";
import { normaliseUrl } from "../../../contract/identity.ts";
import { formatPath, problemsOf } from "../../../contract/problems.ts";
import type { Log } from "../../../core/log.ts";
import type { DescribedSites, SiteStore } from "../../../core/sites/ports.ts";
import { shownSite } from "../../../core/sites/shown-site.ts";
import { booleanColumn, integerColumn, textColumn, uuidColumn } from "../binary/columns.ts";
import type { SqlService, SqlValue } from "../connecting/sql.ts";
import { SharedParts } from "./shared-parts.ts";

const CHANNEL = "sitewire_sites";

const insertInto = (origin: string): string => `
  INSERT INTO sites AS site (
    id, name, url, regexp, interval_ms, timeout_ms, enabled, options, tags, incident, depends_on,
    source, in_schedule, watched_at, watched_by
  )
  SELECT id, name, url, regexp, interval_ms, timeout_ms, enabled, options::jsonb,
    ARRAY(SELECT jsonb_array_elements_text(tags::jsonb)), incident::jsonb, depends_on, ${origin}
  FROM unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::integer[], $6::integer[], $7::boolean[], $8::text[],
    $9::text[], $10::text[], $11::text[]
  ) AS new (id, name, url, regexp, interval_ms, timeout_ms, enabled, options, tags, incident, depends_on)`;

const CHANGED = `
    name = excluded.name, url = excluded.url, regexp = excluded.regexp, interval_ms = excluded.interval_ms,
    timeout_ms = excluded.timeout_ms, enabled = excluded.enabled, options = excluded.options,
    tags = excluded.tags, incident = excluded.incident, depends_on = excluded.depends_on, source = excluded.source,
    in_schedule = excluded.in_schedule, watched_at = excluded.watched_at, watched_by = excluded.watched_by,
    updated_at = now()`;

const SAVE = `${insertInto("'table', true, NULL, NULL")} ON CONFLICT (id) DO UPDATE SET ${CHANGED}`;

/**
 * A saved site takes precedence over a description from a file or command line. Monitors repeat their descriptions
 * every minute; then an unchanged row is written once an hour.
 */
const DESCRIBE = `${insertInto("$12::text, false, now(), $13::text")} ON CONFLICT (id) DO UPDATE SET ${CHANGED}
  WHERE NOT site.in_schedule AND (
    $14::boolean OR site.watched_at IS NULL OR site.watched_at < now() - interval '1 hour'
    OR (site.name, site.url, site.regexp, site.interval_ms, site.timeout_ms, site.enabled, site.options, site.tags,
        site.incident, site.depends_on, site.source)
      IS DISTINCT FROM (excluded.name, excluded.url, excluded.regexp, excluded.interval_ms, excluded.timeout_ms,
        excluded.enabled, excluded.options, excluded.tags, excluded.incident, excluded.depends_on, excluded.source)
  )`;

/** Also forgets what a monitor that ended without saying so described. */
const FORGET = `
  UPDATE sites SET watched_at = NULL, watched_by = NULL
  WHERE watched_by = $1 OR watched_at < now() - interval '1 day'`;

const COLUMNS = `
  id, name, url, regexp, interval_ms AS "intervalMs", timeout_ms AS "timeoutMs", enabled, options, tags, incident,
  depends_on AS "dependsOn"`;

const LIST = `SELECT ${COLUMNS} FROM sites WHERE in_schedule ORDER BY name, url`;

/** The last byte of an id selects the shard: ids are hashes or random, so it is uniformly distributed. */
const ENABLED_IN_SHARDS = `
  SELECT ${COLUMNS} FROM sites
  WHERE in_schedule AND enabled AND get_byte(uuid_send(id), 15) = ANY ($1::integer[])`;

/**
 * A digest of each shard's row versions: `xmin` changes with every change of a row, by any program (PostgreSQL manual,
 * "System Columns"). Exclusive or makes the digest independent of the row order.
 */
const VERSIONS_OF_SHARDS = `
  SELECT get_byte(uuid_send(id), 15) AS shard,
    count(*) || '/' || bit_xor(uuid_hash_extended(id, xmin::text::bigint)) AS version
  FROM sites
  WHERE in_schedule AND enabled AND get_byte(uuid_send(id), 15) = ANY ($1::integer[])
  GROUP BY 1`;

/** Sites of monitors without this database are known by their results only. */
const WATCHED_ELSEWHERE = `
  SELECT id FROM sites AS site
  WHERE NOT in_schedule AND enabled AND (watched_at IS NOT NULL OR source = 'observed' AND EXISTS (
    SELECT FROM site_state AS state
    WHERE state.site_id = site.id
      AND state.slot > now() - greatest(interval '2 minutes', 3 * site.interval_ms * interval '1 millisecond')))`;

const REMOVE = `
  UPDATE sites SET in_schedule = false, updated_at = now()
  WHERE in_schedule AND (id::text = lower($1) OR name = $1 OR url = ANY ($2::text[]))`;

export class SqlSiteStore implements SiteStore {
  readonly #service: SqlService;
  readonly #schema: string;
  readonly #log: Log;
  /** Invalid rows that were logged already, by id and reason. */
  readonly #logged = new Set<string>();
  readonly #parts = new SharedParts();

  constructor(service: SqlService, schema: string, log: Log) {
    this.#service = service;
    this.#schema = schema;
    this.#log = log;
  }

  async save(sites: readonly Site[]): Promise<void> {
    await this.#write(SAVE, sites);
  }

  async describe(
    { source, sites, by }: DescribedSites,
    { again }: { readonly again: boolean },
  ): Promise<void> {
    // Definitions outside the table may contain credentials, which the table must not store.
    await this.#write(DESCRIBE, sites.map(shownSite), [source, by, !again]);
  }

  async forget(by: string): Promise<void> {
    await this.#service.change(FORGET, [by]);
  }

  async #write(statement: string, sites: readonly Site[], origin: readonly SqlValue[] = []): Promise<void> {
    if (sites.length === 0) return;
    const rows = [...new Map(sites.map((site) => [site.id, site])).values()].sort((a, b) =>
      a.id < b.id ? -1 : 1,
    );
    await this.#service.change(statement, [
      uuidColumn(rows.map(({ id }) => id)),
      textColumn(rows.map(({ name }) => name)),
      textColumn(rows.map(({ url }) => url)),
      textColumn(rows.map(({ regexp }) => regexp)),
      integerColumn(rows.map(({ intervalMs }) => intervalMs)),
      integerColumn(rows.map(({ timeoutMs }) => timeoutMs)),
      booleanColumn(rows.map(({ enabled }) => enabled)),
      textColumn(rows.map(({ options }) => JSON.stringify(options))),
      textColumn(rows.map(({ tags }) => JSON.stringify(tags))),
      textColumn(rows.map(({ incident }) => (incident === null ? null : JSON.stringify(incident)))),
      textColumn(rows.map(({ dependsOn }) => dependsOn)),
      ...origin,
    ]);
  }

  async remove(idNameOrUrl: string): Promise<boolean> {
    return (await this.#service.change(REMOVE, [idNameOrUrl, textColumn(urlsMeant(idNameOrUrl))])) > 0;
  }

  async list(): Promise<readonly Site[]> {
    return this.#sitesOf(await this.#service.rows(LIST));
  }

  async watchedElsewhere(): Promise<readonly string[]> {
    return (await this.#service.rows<{ id: string }>(WATCHED_ELSEWHERE)).map(({ id }) => id);
  }

  /** Returns the enabled sites of these shards (0 to 255). */
  async enabledIn(shards: readonly number[]): Promise<readonly Site[]> {
    if (shards.length === 0) return [];
    return this.#sitesOf(await this.#service.rows(ENABLED_IN_SHARDS, [integerColumn(shards)]));
  }

  /** Returns a version per shard, which changes with every change. Shards without enabled sites are omitted. */
  async versionsOf(shards: readonly number[]): Promise<ReadonlyMap<number, string>> {
    const rows = await this.#service.rows<{ shard: number; version: string }>(VERSIONS_OF_SHARDS, [
      integerColumn(shards),
    ]);
    return new Map(rows.map(({ shard, version }) => [shard, version]));
  }

  #sitesOf(rows: readonly Record<string, unknown>[]): readonly Site[] {
    const sites: Site[] = [];
    const refused: { readonly siteId: string; readonly reason: string }[] = [];
    for (const row of rows) {
      const parsed = siteSchema.safeParse(row, { reportInput: true });
      if (parsed.success) sites.push(this.#parts.shared(parsed.data));
      else refused.push({ siteId: String(row.id), reason: reasonOf(parsed.error) });
    }
    this.#complain(refused);
    return sites;
  }

  onChanged(listener: () => void, signal: AbortSignal): void {
    const heard = (payload: string | null): void => {
      if (payload === null || payload === this.#schema) listener();
    };
    this.#service.listen(CHANNEL, heard, signal);
  }

  /** Skips invalid rows that were written by hand, and logs each once, in one line per read. */
  #complain(refused: readonly { readonly siteId: string; readonly reason: string }[]): void {
    const unlogged = refused.filter(({ siteId, reason }) => !this.#logged.has(`${siteId} ${reason}`));
    const [first] = unlogged;
    if (first === undefined) return;
    for (const { siteId, reason } of unlogged) this.#logged.add(`${siteId} ${reason}`);
    this.#log.warn({ ...first, sites: unlogged.length }, "site not checked; its row in the table is invalid");
  }
}

/** Describes faults by column, without values: options may contain secrets. */
function reasonOf(error: z.ZodError): string {
  return problemsOf(error)
    .map(({ path, message }) => {
      const [field, ...rest] = path;
      const column = String(field ?? "row").replace(/Ms$/, "_ms");
      return `${formatPath([column, ...rest])} ${message}`;
    })
    .join("; ");
}

/** A URL as typed and as normalised: `https://example.org` is `https://example.org/`. */
export function urlsMeant(text: string): readonly string[] {
  return URL.canParse(text) ? [text, normaliseUrl(text)] : [text];
}
