/** Port for the maintenance windows that people add in addition to the configured ones. */
import type { MaintenanceWindow } from "../../contract/alerting/maintenance-window.ts";

export interface StoredWindow {
  readonly id: string;
  readonly window: MaintenanceWindow;
  readonly createdBy: string;
}

/** Every method throws `UnavailableError` while the database cannot serve. */
export interface MaintenanceWindowStore {
  /** Oldest first. Invalid rows are skipped and logged. */
  list(): Promise<readonly StoredWindow[]>;
  add(window: MaintenanceWindow, createdBy: string): Promise<StoredWindow>;
  /** Returns false when the id is unknown. */
  remove(id: string): Promise<boolean>;
}
