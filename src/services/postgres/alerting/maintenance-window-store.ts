/** The table `maintenance_windows`. Anybody may change it by SQL, so what it holds is checked when it is read. */
import {
  type MaintenanceWindow,
  maintenanceWindowSchema,
} from "../../../contract/alerting/maintenance-window.ts";
import type { Log } from "../../../core/log.ts";
import type { MaintenanceWindowStore, StoredWindow } from "../../../core/maintenance-windows/ports.ts";
import type { SqlService } from "../connecting/sql.ts";

const COLUMNS = 'id, definition, created_by AS "createdBy", revision';
const LIST = `SELECT ${COLUMNS} FROM maintenance_windows ORDER BY created_at, id`;
const ADD = `INSERT INTO maintenance_windows (definition, created_by) VALUES ($1::jsonb, $2) RETURNING ${COLUMNS}`;
/** What waited for the window is due again: it is held back anew where it still concerns the site. */
const RELEASE = `
    UPDATE notification_deliveries SET due_at = now()
    FROM released_by WHERE state = 'waiting' AND reason = format('maintenance "%s"', released_by.name) RETURNING 1`;
const CHANGE = `
  WITH former AS (SELECT id, definition->>'name' AS name FROM maintenance_windows WHERE id = $1 FOR UPDATE)
  , changed AS (
    UPDATE maintenance_windows AS stored SET definition = $2::jsonb, revision = revision + 1 FROM former
    WHERE stored.id = former.id AND ($3::integer IS NULL OR revision = $3) RETURNING stored.*
  ), released_by AS (SELECT former.name FROM former JOIN changed USING (id))
  , released AS (${RELEASE})
  SELECT ${COLUMNS}, (SELECT count(*) FROM released)::integer AS released FROM changed`;
const REMOVE = `
  WITH released_by AS (
    DELETE FROM maintenance_windows WHERE id = $1 AND ($2::integer IS NULL OR revision = $2) RETURNING definition->>'name' AS name
  ), released AS (${RELEASE})
  SELECT (SELECT count(*) FROM released_by)::integer AS removed, (SELECT count(*) FROM released)::integer AS released`;

type Row = {
  readonly id: string;
  readonly definition: unknown;
  readonly createdBy: string;
  readonly revision: number;
};

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

  async add(window: MaintenanceWindow, createdBy: string): Promise<StoredWindow> {
    const [row] = await this.#service.rows<Row>(ADD, [JSON.stringify(asWritten(window)), createdBy]);
    if (row === undefined) throw new Error("INSERT … RETURNING gave no row");
    return { id: row.id, window, createdBy, revision: row.revision };
  }

  async change(id: string, window: MaintenanceWindow, revision?: number): Promise<StoredWindow | null> {
    const values = [id, JSON.stringify(asWritten(window)), revision ?? null];
    const [row] = await this.#service.rows<Row>(CHANGE, values);
    return row === undefined
      ? null
      : { id: row.id, window, createdBy: row.createdBy, revision: row.revision };
  }

  async remove(id: string, revision?: number): Promise<boolean> {
    const [row] = await this.#service.rows<{ removed: number }>(REMOVE, [id, revision ?? null]);
    return row?.removed === 1;
  }

  #windowOf({ id, definition, createdBy, revision }: Row): StoredWindow | null {
    const parsed = maintenanceWindowSchema.safeParse(definition);
    if (parsed.success) return { id, window: parsed.data, createdBy, revision };
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

/** Its duration as people write it, which is what the schema reads. */
function asWritten({ duration, ...window }: MaintenanceWindow): object {
  return { ...window, duration: `${duration}ms` };
}
