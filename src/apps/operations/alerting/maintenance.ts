/** Maintenance windows of sitewire.yaml and of the table, and when they take place. */
import type { MaintenanceWindow } from "../../../contract/alerting/maintenance-window.ts";
import type { CompleteMaintenanceDefinition } from "../../../contract/api/alerting/maintenance.ts";
import { occurrencesOf } from "../../../core/maintenance-windows/occurrences.ts";
import type { MaintenanceWindowStore, StoredWindow } from "../../../core/maintenance-windows/ports.ts";
import { parseWindow } from "./parse-window.ts";

export interface WindowResources {
  readonly maintenanceWindows: MaintenanceWindowStore;
  /** Windows of sitewire.yaml. */
  readonly fileWindows: readonly MaintenanceWindow[];
}

export interface ListedWindow {
  /** UUID; `file:<number>` for a window of sitewire.yaml. */
  readonly id: string;
  readonly window: MaintenanceWindow;
  readonly source: "table" | "file";
  readonly createdBy: string | null;
  readonly revision: number;
}

interface NamedOccurrence {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/** More occurrences than that are not listed: a window every minute has half a million a year. */
const MOST_OCCURRENCES = 5000;

/** Those of the file first. */
export async function listMaintenance({
  maintenanceWindows,
  fileWindows,
}: WindowResources): Promise<readonly ListedWindow[]> {
  const fromFile = fileWindows.map((window, index) => ({
    id: `file:${index + 1}`,
    window,
    source: "file" as const,
    createdBy: null,
    revision: 0,
  }));
  return [...fromFile, ...(await maintenanceWindows.list()).map(ofTable)];
}

export type WindowDefinition = CompleteMaintenanceDefinition;

/** Throws `UsageError` naming each wrong field. */
export async function addMaintenance(
  { maintenanceWindows }: WindowResources,
  definition: WindowDefinition,
  createdBy: string,
): Promise<ListedWindow> {
  return ofTable(await maintenanceWindows.add(windowOf(definition), createdBy));
}

interface WhichWindow {
  readonly id: string;
  /** The revision to change; any when undefined. */
  readonly revision: number | undefined;
}

/** Null when the table has no such revision. Throws `UsageError` naming each wrong field. */
export async function changeMaintenance(
  { maintenanceWindows }: WindowResources,
  { id, revision }: WhichWindow,
  definition: WindowDefinition,
): Promise<ListedWindow | null> {
  const changed = await maintenanceWindows.change(id, windowOf(definition), revision);
  return changed === null ? null : ofTable(changed);
}

/** Returns false when the table has no such revision. */
export async function removeMaintenance(
  { maintenanceWindows }: WindowResources,
  { id, revision }: WhichWindow,
): Promise<boolean> {
  return await maintenanceWindows.remove(id, revision);
}

/** By start. `complete` is false when there are more. */
export async function maintenanceCalendar(
  resources: WindowResources,
  period: { readonly fromMs: number; readonly toMs: number },
): Promise<{ readonly occurrences: readonly NamedOccurrence[]; readonly complete: boolean }> {
  const windows = (await listMaintenance(resources)).map(({ id, window }) => ({ ...window, id }));
  const all = occurrencesOf(windows, { ...period, mostPerWindow: MOST_OCCURRENCES + 1 });
  const occurrences = all.slice(0, MOST_OCCURRENCES).map(({ window, fromMs, untilMs }) => ({
    id: window.id,
    name: window.name,
    fromMs,
    untilMs,
  }));
  return { occurrences, complete: all.length <= MOST_OCCURRENCES };
}

function windowOf({ durationMs, rrule, ...rest }: WindowDefinition): MaintenanceWindow {
  return parseWindow({ ...rest, duration: `${durationMs}ms`, ...(rrule === null ? {} : { rrule }) });
}

function ofTable({ id, window, createdBy, revision }: StoredWindow): ListedWindow {
  return { id, window, source: "table", createdBy, revision };
}
