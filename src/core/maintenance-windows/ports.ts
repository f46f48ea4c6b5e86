/** Maintenance windows that people add besides those of the configuration. */
import type { MaintenanceWindow } from "../../contract/maintenance-window.ts";

export interface StoredWindow {
  readonly id: string;
  readonly window: MaintenanceWindow;
  readonly createdBy: string;
}

/** Every method throws `UnavailableError` while the database cannot serve. */
export interface MaintenanceWindowStore {
  /** Oldest first. A row that is no window is left out, and said in the log. */
  list(): Promise<readonly StoredWindow[]>;
  add(window: MaintenanceWindow, createdBy: string): Promise<StoredWindow>;
  /** False when there is none of that id. */
  remove(id: string): Promise<boolean>;
}
