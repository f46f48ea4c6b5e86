/** The table `maintenance_windows`. Anybody may change it by SQL, so what it holds is checked when it is read. */
import {
  type MaintenanceWindow,
  maintenanceWindowSchema,
} from "../../../contract/alerting/maintenance-window.ts";
import type { Log } from "../../../core/log.ts";
import type {
  MaintenanceWindowStore,
  StoredWindow,
  WindowChange,
} from "../../../core/maintenance-windows/ports.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { SqlService } from "../connecting/sql.ts";

const COLUMNS = `id, definition, created_by AS "createdBy", revision, ${millisecondsOf("valid_from", "fromMs")},
  ${millisecondsOf("valid_to", "toMs")}`;
const LIST = `SELECT ${COLUMNS} FROM maintenance_windows WHERE valid_to IS NULL ORDER BY created_at, id`;
const LIST_RECORDED = `SELECT ${COLUMNS} FROM maintenance_windows ORDER BY created_at, id`;
const ADD = `INSERT INTO maintenance_windows (definition, created_by) VALUES ($1::jsonb, $2) RETURNING ${COLUMNS}`;
/** What waited for the window is due again: it is held back anew where it still concerns the site. */
const RELEASE = `
    UPDATE notification_deliveries SET due_at = now()
    FROM released_by WHERE state = 'waiting' AND reason = format('maintenance "%s"', released_by.name) RETURNING 1`;
/** Parameters: id, definition, revision or null, whether the former definition is kept. */
const CHANGE = `
  WITH former AS (
    SELECT * FROM maintenance_windows
    WHERE id = $1 AND valid_to IS NULL AND ($3::integer IS NULL OR revision = $3) FOR UPDATE
  ), kept AS (
    INSERT INTO maintenance_windows (definition, revision, created_by, created_at, valid_from, valid_to)
    SELECT definition, revision, created_by, created_at, valid_from, now() FROM former WHERE $4::boolean
  ), changed AS (
    UPDATE maintenance_windows AS stored SET definition = $2::jsonb, revision = stored.revision + 1,
      valid_from = CASE WHEN $4::boolean AND $2::jsonb ? 'rrule' THEN now() END
    FROM former WHERE stored.id = former.id RETURNING stored.*
  ), released_by AS (SELECT definition->>'name' AS name FROM former)
  , released AS (${RELEASE})
  SELECT ${COLUMNS}, (SELECT count(*) FROM released)::integer AS released FROM changed`;
/** Parameters: id, revision or null, whether what the window was until now is kept. */
const REMOVE = `
  WITH former AS (
    SELECT id, definition->>'name' AS name, $3::boolean AND valid_to IS NULL AS is_kept FROM maintenance_windows
    WHERE id = $1 AND ($2::integer IS NULL OR revision = $2) FOR UPDATE
  ), removed AS (
    DELETE FROM maintenance_windows AS stored USING former WHERE stored.id = former.id AND NOT is_kept
  ), ended AS (
    UPDATE maintenance_windows AS stored SET valid_to = now(), revision = revision + 1
    FROM former WHERE stored.id = former.id AND is_kept
  ), released_by AS (SELECT name FROM former)
  , released AS (${RELEASE})
  SELECT (SELECT count(*) FROM former)::integer AS removed, (SELECT count(*) FROM released)::integer AS released`;

type Row = Omit<StoredWindow, "window"> & { readonly definition: unknown };

export class SqlMaintenanceWindowStore implements MaintenanceWindowStore {
  readonly #service: SqlService;
  readonly #log: Log;
  readonly #refused = new Set<string>();

  constructor(service: SqlService, log: Log) {
    this.#service = service;
    this.#log = log;
  }

  async list(): Promise<readonly StoredWindow[]> {
    const rows = await this.#service.rows<Row>(LIST);
    return rows.flatMap((row) => this.#windowOf(row) ?? []);
  }

  async listRecorded(): Promise<readonly StoredWindow[]> {
    const rows = await this.#service.rows<Row>(LIST_RECORDED);
    return rows.flatMap((row) => this.#windowOf(row) ?? []);
  }

  async add(window: MaintenanceWindow, createdBy: string): Promise<StoredWindow> {
    const [row] = await this.#service.rows<Row>(ADD, [JSON.stringify(asWritten(window)), createdBy]);
    if (row === undefined) throw new Error("INSERT … RETURNING gave no row");
    return storedWindow(row, window);
  }

  async change(
    id: string,
    window: MaintenanceWindow,
    { revision, keepFormer }: WindowChange,
  ): Promise<StoredWindow | null> {
    const values = [id, JSON.stringify(asWritten(window)), revision ?? null, keepFormer];
    const [row] = await this.#service.rows<Row>(CHANGE, values);
    return row === undefined ? null : storedWindow(row, window);
  }

  async remove(id: string, { revision, keepFormer }: WindowChange): Promise<boolean> {
    const values = [id, revision ?? null, keepFormer];
    const [row] = await this.#service.rows<{ removed: number }>(REMOVE, values);
    return row?.removed === 1;
  }

  #windowOf(row: Row): StoredWindow | null {
    const { id } = row;
    const parsed = maintenanceWindowSchema.safeParse(row.definition);
    if (parsed.success) return storedWindow(row, parsed.data);
    if (!this.#refused.has(id)) {
      this.#refused.add(id);
      const reason = parsed.error.issues
        .map(({ path, message }) => `${path.join(".")}: ${message}`)
        .join("; ");
      this.#log.error({ id, reason }, "row of maintenance_windows is no window");
    }
    return null;
  }
}

function storedWindow(
  { id, createdBy, revision, fromMs, toMs }: Row,
  window: MaintenanceWindow,
): StoredWindow {
  return { id, window, createdBy, revision, fromMs, toMs };
}

/** Its duration as people write it, which is what the schema reads. */
function asWritten({ duration, ...window }: MaintenanceWindow): object {
  return { ...window, duration: `${duration}ms` };
}
