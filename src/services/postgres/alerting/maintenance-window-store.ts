/** The table `maintenance_windows`. Anybody may change it by SQL, so what it holds is checked when it is read. */
import {
  type MaintenanceWindow,
  maintenanceWindowSchema,
} from "../../../contract/alerting/maintenance-window.ts";
import type { Log } from "../../../core/log.ts";
import type { MaintenanceWindowStore, StoredWindow } from "../../../core/maintenance-windows/ports.ts";
import type { SqlService } from "../connecting/sql.ts";

const COLUMNS = 'id, definition, created_by AS "createdBy"';
const LIST = `SELECT ${COLUMNS} FROM maintenance_windows ORDER BY created_at, id`;
const ADD = `INSERT INTO maintenance_windows (definition, created_by) VALUES ($1::jsonb, $2) RETURNING ${COLUMNS}`;
/** What waited for the window is due again. */
const REMOVE = `
  WITH removed AS (DELETE FROM maintenance_windows WHERE id = $1 RETURNING definition->>'name' AS name)
  , released AS (
    UPDATE notification_deliveries SET due_at = now()
    FROM removed WHERE state = 'waiting' AND reason = format('maintenance "%s"', removed.name) RETURNING 1
  )
  SELECT (SELECT count(*) FROM removed)::integer AS removed, (SELECT count(*) FROM released)::integer AS released`;

type Row = { readonly id: string; readonly definition: unknown; readonly createdBy: string };

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
    return { id: row.id, window, createdBy };
  }

  async remove(id: string): Promise<boolean> {
    const [row] = await this.#service.rows<{ removed: number }>(REMOVE, [id]);
    return row?.removed === 1;
  }

  #windowOf({ id, definition, createdBy }: Row): StoredWindow | null {
    const parsed = maintenanceWindowSchema.safeParse(definition);
    if (parsed.success) return { id, window: parsed.data, createdBy };
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
