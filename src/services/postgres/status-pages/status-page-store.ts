/** The tables `status_pages`, `status_page_notices` and `status_page_updates`. */
import type { NoticeState } from "../../../contract/settings/status-page.ts";
import type { Log } from "../../../core/log.ts";
import type {
  NewNotice,
  NewUpdate,
  Notice,
  NoticeChange,
  PageChange,
  StatusPageStore,
  StoredPage,
} from "../../../core/status-pages/ports.ts";
import type { Sql, SqlService } from "../connecting/sql.ts";
import { noticesById, noticesOfPage } from "./notice-row.ts";
import { PAGE_COLUMNS, type PageRow, PageRows } from "./page-row.ts";

const CHANNEL = "sitewire_status_pages";

const LIST = `SELECT ${PAGE_COLUMNS} FROM status_pages ORDER BY slug`;

const ADD = `
  INSERT INTO status_pages (slug, definition, password_hash, changed_by) VALUES ($1, $2::jsonb, $3, $4)
  ON CONFLICT DO NOTHING RETURNING ${PAGE_COLUMNS}`;

const REPLACE = `
  UPDATE status_pages SET definition = $2::jsonb, password_hash = CASE WHEN $6 THEN password_hash ELSE $3 END,
    changed_by = $4, changed_at = now(), revision = revision + 1
  WHERE slug = $1 AND ($5::integer IS NULL OR revision = $5) RETURNING ${PAGE_COLUMNS}`;

const REMOVE = `
  WITH removed AS (
    DELETE FROM status_pages WHERE slug = $1 AND ($2::integer IS NULL OR revision = $2) RETURNING slug
  ), notices AS (
    DELETE FROM status_page_notices WHERE slug IN (SELECT slug FROM removed)
  ), subscribers AS (
    DELETE FROM status_page_subscribers WHERE slug IN (SELECT slug FROM removed)
  ), announcements AS (
    DELETE FROM status_page_announcements WHERE slug IN (SELECT slug FROM removed)
  )
  SELECT slug FROM removed`;

const ADD_NOTICE = `
  INSERT INTO status_page_notices (slug, incident_id, title, impact, site_ids, since, resolved_at)
  SELECT $1, $2::uuid, $3, $4, $5::uuid[], coalesce((SELECT since FROM incidents WHERE id = $2::uuid), now()),
    CASE WHEN $6 = 'resolved' THEN now() END
  RETURNING id`;

const CHANGE_NOTICE = `
  UPDATE status_page_notices SET incident_id = $2::uuid, title = $3, impact = $4, site_ids = $5::uuid[],
    revision = revision + 1
  WHERE id = $1 AND ($6::integer IS NULL OR revision = $6) RETURNING id`;

const REMOVE_NOTICE = `
  DELETE FROM status_page_notices WHERE id = $1 AND ($2::integer IS NULL OR revision = $2) RETURNING id`;

const ADD_UPDATE = `
  WITH locked AS (SELECT id FROM status_page_notices WHERE id = $1 FOR UPDATE)
  INSERT INTO status_page_updates (notice_id, position, state, text, by)
  SELECT id, coalesce((SELECT max(position) FROM status_page_updates WHERE notice_id = $1), 0) + 1, $2, $3, $4
  FROM locked RETURNING position`;

const SET_RESOLVED = `
  UPDATE status_page_notices SET resolved_at = CASE WHEN $2 = 'resolved' THEN coalesce(resolved_at, now()) END,
    revision = revision + 1
  WHERE id = $1`;

export class SqlStatusPageStore implements StatusPageStore {
  readonly #service: SqlService;
  readonly #schema: string;
  readonly #rows: PageRows;

  constructor(service: SqlService, schema: string, log: Log) {
    this.#service = service;
    this.#schema = schema;
    this.#rows = new PageRows(log);
  }

  async list(): Promise<readonly StoredPage[]> {
    return (await this.#service.rows<PageRow>(LIST)).flatMap((row) => this.#rows.read(row) ?? []);
  }

  async add({ page, passwordHash, by }: PageChange): Promise<StoredPage | null> {
    const values = [page.slug, JSON.stringify(page), passwordHash ?? null, by];
    const [row] = await this.#service.rows<PageRow>(ADD, values);
    return row === undefined ? null : this.#rows.read(row);
  }

  async replace(
    { page, passwordHash, by }: PageChange,
    revision: number | undefined,
  ): Promise<StoredPage | null> {
    const keepsPassword = passwordHash === undefined;
    const values = [
      page.slug,
      JSON.stringify(page),
      passwordHash ?? null,
      by,
      revision ?? null,
      keepsPassword,
    ];
    const [row] = await this.#service.rows<PageRow>(REPLACE, values);
    return row === undefined ? null : this.#rows.read(row);
  }

  async remove(slug: string, revision: number | undefined): Promise<boolean> {
    return (await this.#service.rows(REMOVE, [slug, revision ?? null])).length > 0;
  }

  async notices(slug: string, sinceMs: number): Promise<readonly Notice[]> {
    return await noticesOfPage(this.#service, slug, sinceMs);
  }

  async findNotice(id: string): Promise<Notice | null> {
    const [notice] = await noticesById(this.#service, [id]);
    return notice ?? null;
  }

  async addNotice({ slug, incidentId, title, impact, siteIds, state, text, by }: NewNotice): Promise<Notice> {
    return await this.#service.transaction(async (sql) => {
      const values = [slug, incidentId, title, impact, `{${siteIds.join(",")}}`, state];
      const [added] = await sql.rows<{ id: string }>(ADD_NOTICE, values);
      const notice =
        added === undefined ? null : await addUpdate(sql, { noticeId: added.id, state, text, by });
      if (notice === null) throw new Error("INSERT … RETURNING gave no row");
      return notice;
    });
  }

  async changeNotice(change: NoticeChange): Promise<Notice | null> {
    const { id, incidentId, title, impact, siteIds, revision } = change;
    const values = [id, incidentId, title, impact, `{${siteIds.join(",")}}`, revision ?? null];
    const changed = await this.#service.rows(CHANGE_NOTICE, values);
    return changed.length === 0 ? null : await this.findNotice(id);
  }

  async removeNotice(id: string, revision: number | undefined): Promise<boolean> {
    return (await this.#service.rows(REMOVE_NOTICE, [id, revision ?? null])).length > 0;
  }

  async addUpdate(update: NewUpdate): Promise<Notice | null> {
    return await this.#service.transaction((sql) => addUpdate(sql, update));
  }

  onChanged(listener: () => void, signal: AbortSignal): void {
    const heard = (payload: string | null): void => {
      if (payload === null || payload === this.#schema) listener();
    };
    this.#service.listen(CHANNEL, heard, signal);
  }
}

/** Another state after `resolved` opens the notice again. */
async function addUpdate(
  sql: Sql,
  { noticeId, state, text, by }: { noticeId: string; state: NoticeState; text: string; by: string },
): Promise<Notice | null> {
  const [added] = await sql.rows<{ position: number }>(ADD_UPDATE, [noticeId, state, text, by]);
  if (added === undefined) return null;
  await sql.change(SET_RESOLVED, [noticeId, state]);
  const [notice] = await noticesById(sql, [noticeId]);
  return notice ?? null;
}
