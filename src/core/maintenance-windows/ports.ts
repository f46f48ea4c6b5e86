/** Port for the maintenance windows that people add in addition to the configured ones. */
import type { MaintenanceWindow } from "../../contract/alerting/maintenance-window.ts";
import type { RecordedWindow } from "./recorded-windows.ts";

export interface StoredWindow extends RecordedWindow {
  readonly id: string;
  readonly createdBy: string;
  /** Counts from 1. */
  readonly revision: number;
}

export interface WindowChange {
  /** The revision to change; any when undefined. */
  readonly revision: number | undefined;
  /** Keeps what the window was until now, for reports. */
  readonly keepFormer: boolean;
}

/** Every method throws `UnavailableError` while the database cannot serve. */
export interface MaintenanceWindowStore {
  /** Those in force, oldest first. Invalid rows are skipped and logged. */
  list(): Promise<readonly StoredWindow[]>;
  /** Also those that were changed or removed since they began. */
  listRecorded(): Promise<readonly StoredWindow[]>;
  add(window: MaintenanceWindow, createdBy: string): Promise<StoredWindow>;
  /** Returns null when no window in force has the id and the revision. */
  change(id: string, window: MaintenanceWindow, change: WindowChange): Promise<StoredWindow | null>;
  /** Returns false when no window has the id and the revision. What was kept of a former one goes for good. */
  remove(id: string, change: WindowChange): Promise<boolean>;
}
