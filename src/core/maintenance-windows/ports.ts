/** Port for the maintenance windows that people add in addition to the configured ones. */
import type { MaintenanceWindow } from "../../contract/alerting/maintenance-window.ts";

export interface StoredWindow {
  readonly id: string;
  readonly window: MaintenanceWindow;
  readonly createdBy: string;
  /** Counts from 1. */
  readonly revision: number;
}

/** Every method throws `UnavailableError` while the database cannot serve. */
export interface MaintenanceWindowStore {
  /** Oldest first. Invalid rows are skipped and logged. */
  list(): Promise<readonly StoredWindow[]>;
  add(window: MaintenanceWindow, createdBy: string): Promise<StoredWindow>;
  /** Returns null when there is no window with the id and this revision; any revision when omitted. */
  change(id: string, window: MaintenanceWindow, revision?: number): Promise<StoredWindow | null>;
  /** Returns false when there is no window with the id and this revision; any revision when omitted. */
  remove(id: string, revision?: number): Promise<boolean>;
}
