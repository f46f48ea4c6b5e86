/** The `sites` table. A removed site keeps its row, out of the schedule, so that its results keep their name. */
import type { z } from "zod";
import { normaliseUrl } from "../../../contract/identity.ts";
import { formatPath, problemsOf } from "../../../contract/problems.ts";
import { type Site, siteSchema } from "../../../contract/site.ts";
import type { Log } from "../../../core/log.ts";
import type { SiteStore } from "../../../core/sites/ports.ts";
import { booleanColumn, integerColumn, textColumn, uuidColumn } from "../binary/columns.ts";
import type { SqlService } from "../connecting/sql.ts";
import { SharedParts } from "./shared-parts.ts";

const CHANNEL = "sitewire_sites";

const insertInto = (inSchedule: boolean): string => `
  INSERT INTO sites AS site (
    id, name, url, regexp, interval_ms, timeout_ms, enabled, options, tags, incident, depends_on, in_schedule
  )
  SELECT id, name, url, regexp, interval_ms, timeout_ms, enabled, options::jsonb,
    ARRAY(SELECT jsonb_array_elements_text(tags::jsonb)), incident::jsonb, depends_on, ${inSchedule}
  FROM unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::integer[], $6::integer[], $7::boolean[], $8::text[],
    $9::text[], $10::text[], $11::text[]
  ) AS new (id, name, url, regexp, interval_ms, timeout_ms, enabled, options, tags, incident, depends_on)`;

const CHANGED = `
    name = excluded.name, url = excluded.url, regexp = excluded.regexp, interval_ms = excluded.interval_ms,
    timeout_ms = excluded.timeout_ms, enabled = excluded.enabled, options = excluded.options,
    tags = excluded.tags, incident = excluded.incident, depends_on = excluded.depends_on, updated_at = now()`;

const SAVE = `${insertInto(true)} ON CONFLICT (id) DO UPDATE SET in_schedule = true, ${CHANGED}`;

/** What people say of a site in the table counts more than what a file says of it. */
const DESCRIBE = `${insertInto(false)} ON CONFLICT (id) DO UPDATE SET ${CHANGED} WHERE NOT site.in_schedule`;

const COLUMNS = `
  id, name, url, regexp, interval_ms AS "intervalMs", timeout_ms AS "timeoutMs", enabled, options, tags, incident,
  depends_on AS "dependsOn"`;

const LIST = `SELECT ${COLUMNS} FROM sites WHERE in_schedule ORDER BY name, url`;

/** Ids end in sixteen bytes of a hash or of chance: the last is as good a shard as any. */
const ENABLED_IN_SHARDS = `
  SELECT ${COLUMNS} FROM sites
  WHERE in_schedule AND enabled AND get_byte(uuid_send(id), 15) = ANY ($1::integer[])`;

/**
 * A digest of each shard's row versions: `xmin` changes with every change of a row, however it is made (PostgreSQL
 * manual, "System Columns"). Exclusive or, so that the order of the rows does not matter.
 */
const VERSIONS_OF_SHARDS = `
  SELECT get_byte(uuid_send(id), 15) AS shard,
    count(*) || '/' || bit_xor(uuid_hash_extended(id, xmin::text::bigint)) AS version
  FROM sites
  WHERE in_schedule AND enabled AND get_byte(uuid_send(id), 15) = ANY ($1::integer[])
  GROUP BY 1`;

/** A site named on a command line or in a file is registered, out of the schedule, when its first result arrives. */
const OBSERVED_ELSEWHERE = `
  SELECT id FROM sites AS site
  WHERE NOT in_schedule AND EXISTS (
    SELECT FROM site_state AS state
    WHERE state.site_id = site.id
      AND state.slot > now() - greatest(interval '2 minutes', 3 * site.interval_ms * interval '1 millisecond'))`;

const REMOVE = `
  UPDATE sites SET in_schedule = false, updated_at = now()
  WHERE in_schedule AND (id::text = lower($1) OR name = $1 OR url = ANY ($2::text[]))`;

export class SqlSiteStore implements SiteStore {
  readonly #service: SqlService;
  readonly #schema: string;
  readonly #log: Log;
  /** Rows already complained about, by id and reason. */
  readonly #complaints = new Set<string>();
  readonly #parts = new SharedParts();

  constructor(service: SqlService, schema: string, log: Log) {
    this.#service = service;
    this.#schema = schema;
    this.#log = log;
  }

  async save(sites: readonly Site[]): Promise<void> {
    await this.#write(SAVE, sites);
  }

  async describe(sites: readonly Site[]): Promise<void> {
    // A command line may hold credentials of its own, which the table has no need to know.
    await this.#write(
      DESCRIBE,
      sites.map((site) => ({ ...site, options: {} })),
    );
  }

  async #write(statement: string, sites: readonly Site[]): Promise<void> {
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
    ]);
  }

  async remove(idNameOrUrl: string): Promise<boolean> {
    return (await this.#service.change(REMOVE, [idNameOrUrl, textColumn(urlsMeant(idNameOrUrl))])) > 0;
  }

  async list(): Promise<readonly Site[]> {
    return this.#sitesOf(await this.#service.rows(LIST));
  }

  async observedElsewhere(): Promise<readonly string[]> {
    return (await this.#service.rows<{ id: string }>(OBSERVED_ELSEWHERE)).map(({ id }) => id);
  }

  /** Those to be checked, of shards numbered from 0 to 255. */
  async enabledIn(shards: readonly number[]): Promise<readonly Site[]> {
    if (shards.length === 0) return [];
    return this.#sitesOf(await this.#service.rows(ENABLED_IN_SHARDS, [integerColumn(shards)]));
  }

  /** What changes when anything changes in a shard; one without sites to be checked is left out. */
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

  /** Rows that somebody wrote by hand: left out, and told once, in one line a read. */
  #complain(refused: readonly { readonly siteId: string; readonly reason: string }[]): void {
    const untold = refused.filter(({ siteId, reason }) => !this.#complaints.has(`${siteId} ${reason}`));
    const [first] = untold;
    if (first === undefined) return;
    for (const { siteId, reason } of untold) this.#complaints.add(`${siteId} ${reason}`);
    this.#log.warn({ ...first, sites: untold.length }, "site in the table can't be used; it is not checked");
  }
}

/** By column, without any value: options may hold secrets. */
function reasonOf(error: z.ZodError): string {
  return problemsOf(error)
    .map(({ path, message }) => {
      const [field, ...rest] = path;
      const column = String(field ?? "row").replace(/Ms$/, "_ms");
      return `${formatPath([column, ...rest])} ${message}`;
    })
    .join("; ");
}

/** A URL as it was typed and as it is compared: `https://example.org` means `https://example.org/`. */
export function urlsMeant(text: string): readonly string[] {
  return URL.canParse(text) ? [text, normaliseUrl(text)] : [text];
}
