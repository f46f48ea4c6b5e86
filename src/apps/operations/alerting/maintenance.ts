/** Maintenance windows of sitewire.yaml and of the table, and when they take place. */
import type { MaintenanceWindow } from "../../../contract/alerting/maintenance-window.ts";
import type { CompleteMaintenanceDefinition } from "../../../contract/api/alerting/maintenance.ts";
import { FailureError, UsageError } from "../../../contract/errors.ts";
import { isUuid } from "../../../contract/identity.ts";
import type { Clock } from "../../../core/clock.ts";
import { occurrencesOf } from "../../../core/maintenance-windows/occurrences.ts";
import type { MaintenanceWindowStore, StoredWindow } from "../../../core/maintenance-windows/ports.ts";
import { keepsFormer, type RecordedWindow } from "../../../core/maintenance-windows/recorded-windows.ts";
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
  /** When it was changed or removed, milliseconds since the epoch; null while it is in force. */
  readonly endedAtMs: number | null;
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

/** Those in force; those of the file first. */
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
    endedAtMs: null,
  }));
  return [...fromFile, ...(await maintenanceWindows.list()).map(ofTable)];
}

/** Windows that were changed or removed after they began: as they were until then, which reports still exclude. */
export async function listFormerMaintenance({
  maintenanceWindows,
}: Pick<WindowResources, "maintenanceWindows">): Promise<readonly ListedWindow[]> {
  return (await maintenanceWindows.listRecorded()).filter(({ toMs }) => toMs !== null).map(ofTable);
}

/** Every window that was ever in force. */
export async function recordedWindows({
  maintenanceWindows,
  fileWindows,
}: WindowResources): Promise<readonly RecordedWindow[]> {
  const fromFile = fileWindows.map((window) => ({ window, fromMs: null, toMs: null }));
  return [...fromFile, ...(await maintenanceWindows.listRecorded())];
}

export async function addMaintenance(
  { maintenanceWindows }: Pick<WindowResources, "maintenanceWindows">,
  window: MaintenanceWindow,
  createdBy: string,
): Promise<ListedWindow> {
  return ofTable(await maintenanceWindows.add(window, createdBy));
}

interface WhichWindow {
  readonly id: string;
  /** The revision to change; any when undefined. */
  readonly revision: number | undefined;
}

/**
 * From now on: what the window was until now stays in reports, once it has begun. Null when the table has no such
 * revision.
 */
export async function changeMaintenance(
  { maintenanceWindows, clock }: Pick<WindowResources, "maintenanceWindows"> & { readonly clock: Clock },
  { id, revision }: WhichWindow,
  next: MaintenanceWindow,
): Promise<ListedWindow | null> {
  const former = (await maintenanceWindows.list()).find((stored) => stored.id === id);
  if (former === undefined) return null;
  const change = {
    revision: revision ?? former.revision,
    keepFormer: keepsFormer(former.window, next, clock.now()),
  };
  const changed = await maintenanceWindows.change(id, next, change);
  return changed === null ? null : ofTable(changed);
}

/**
 * Removes a window from now on: what it was until now stays in reports, once it has begun. A former window is removed from
 * them too. Returns false when the table has no such revision.
 */
export async function removeMaintenance(
  { maintenanceWindows, clock }: Pick<WindowResources, "maintenanceWindows"> & { readonly clock: Clock },
  { id, revision }: WhichWindow,
): Promise<boolean> {
  const former = (await maintenanceWindows.listRecorded()).find((stored) => stored.id === id);
  if (former === undefined) return false;
  return await maintenanceWindows.remove(id, {
    revision: revision ?? former.revision,
    keepFormer: keepsFormer(former.window, null, clock.now()),
  });
}

/** Throws `UsageError` for an invalid id, `FailureError` when the table has no such window. */
export async function removeNamedMaintenance(
  resources: Pick<WindowResources, "maintenanceWindows"> & { readonly clock: Clock },
  id: string,
): Promise<void> {
  if (!isUuid(id)) throw new UsageError(`"${id}" is not an id; see: sitewire maintenance list`);
  if (await removeMaintenance(resources, { id, revision: undefined })) return;
  throw new FailureError(`there is no window ${id} in the table; see: sitewire maintenance list`);
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

/**
 * The first occurrences of a window that is not saved, from the current one on; `withinMs` bounds how far it looks.
 * Throws `UsageError` naming each wrong field.
 */
export function previewMaintenance(
  definition: CompleteMaintenanceDefinition,
  { nowMs, withinMs, most }: { readonly nowMs: number; readonly withinMs: number; readonly most: number },
): readonly Pick<NamedOccurrence, "fromMs" | "untilMs">[] {
  const span = { fromMs: nowMs, toMs: nowMs + withinMs, mostPerWindow: most };
  return occurrencesOf([windowOf(definition)], span).map(({ fromMs, untilMs }) => ({ fromMs, untilMs }));
}

/** Throws `UsageError` naming each wrong field. */
export function windowOf({ durationMs, rrule, ...rest }: CompleteMaintenanceDefinition): MaintenanceWindow {
  return parseWindow({ ...rest, duration: `${durationMs}ms`, ...(rrule === null ? {} : { rrule }) });
}

function ofTable({ id, window, createdBy, revision, toMs }: StoredWindow): ListedWindow {
  return { id, window, source: "table", createdBy, revision, endedAtMs: toMs };
}
