/** The tables `channels` and `alert_routes`. */

import type {
  AlertSettingsStore,
  ChannelToStore,
  StoredChannel,
  StoredRoutes,
} from "../../../core/alerting/routing/stored-settings.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { SqlService } from "../connecting/sql.ts";

const NOTIFICATIONS = "sitewire_alert_settings";

const COLUMNS = `name, type, sealed_settings AS sealed, revision, updated_by AS "updatedBy",
  ${millisecondsOf("updated_at", "updatedAtMs")}`;

const LIST = `SELECT ${COLUMNS} FROM channels ORDER BY name`;

const ADD = `
  INSERT INTO channels (name, type, sealed_settings, updated_by) VALUES ($1, $2, $3, $4)
  ON CONFLICT (name) DO NOTHING RETURNING ${COLUMNS}`;

const CHANGE = `
  UPDATE channels SET type = $2, sealed_settings = $3, updated_by = $4, updated_at = now(), revision = revision + 1
  WHERE name = $1 AND ($5::integer IS NULL OR revision = $5) RETURNING ${COLUMNS}`;

const REMOVE = "DELETE FROM channels WHERE name = $1 AND ($2::integer IS NULL OR revision = $2)";

const ROUTES = `SELECT routes, on_call AS "onCall", revision FROM alert_routes`;

/** Revision 0 stands for no row. */
const SAVE_ROUTES = `
  INSERT INTO alert_routes AS kept (routes, on_call, updated_by)
  SELECT $1::jsonb, $2::jsonb, $3 WHERE $4::integer IS NULL OR $4 = coalesce((SELECT revision FROM alert_routes), 0)
  ON CONFLICT (only_row) DO UPDATE SET routes = excluded.routes, on_call = excluded.on_call,
    updated_by = excluded.updated_by, updated_at = now(), revision = kept.revision + 1
  WHERE $4::integer IS NULL OR kept.revision = $4
  RETURNING revision`;

type ChannelRow = StoredChannel & Record<string, unknown>;

export class SqlAlertSettingsStore implements AlertSettingsStore {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async channels(): Promise<readonly StoredChannel[]> {
    return await this.#service.rows<ChannelRow>(LIST);
  }

  async addChannel({ name, type, sealed, by }: ChannelToStore): Promise<StoredChannel | null> {
    const [row] = await this.#service.rows<ChannelRow>(ADD, [name, type, Buffer.from(sealed), by]);
    return row ?? null;
  }

  async changeChannel(
    { name, type, sealed, by }: ChannelToStore,
    revision?: number,
  ): Promise<StoredChannel | null> {
    const values = [name, type, Buffer.from(sealed), by, revision ?? null];
    const [row] = await this.#service.rows<ChannelRow>(CHANGE, values);
    return row ?? null;
  }

  async removeChannel(name: string, revision?: number): Promise<boolean> {
    return (await this.#service.change(REMOVE, [name, revision ?? null])) > 0;
  }

  async routes(): Promise<StoredRoutes> {
    const [row] = await this.#service.rows<StoredRoutes & Record<string, unknown>>(ROUTES);
    return row ?? { routes: [], onCall: {}, revision: 0 };
  }

  async saveRoutes(
    { routes, onCall }: Omit<StoredRoutes, "revision">,
    by: string,
    revision?: number,
  ): Promise<number | null> {
    const values = [JSON.stringify(routes), JSON.stringify(onCall), by, revision ?? null];
    const [row] = await this.#service.rows<{ revision: number }>(SAVE_ROUTES, values);
    return row?.revision ?? null;
  }

  onChanged(listener: () => void, signal: AbortSignal): void {
    this.#service.listen(NOTIFICATIONS, listener, signal);
  }
}
