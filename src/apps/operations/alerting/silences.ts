/** Lists, adds and ends silences. */

import { FailureError, UsageError } from "../../../contract/errors.ts";
import { isUuid } from "../../../contract/identity.ts";
import type { NewSilence, Silence, SilenceStore } from "../../../core/alerting/routing/silences.ts";

interface SilenceResources {
  readonly silences: SilenceStore;
}

export async function listSilences({ silences }: SilenceResources): Promise<readonly Silence[]> {
  return await silences.list();
}

/** Adds a silence. Throws `UsageError` when its scope, its reason or its end is missing. */
export async function addSilence({ silences }: SilenceResources, silence: NewSilence): Promise<Silence> {
  const { incidentId, site, tag, reason } = silence;
  if (incidentId === null && site === null && tag === null) {
    throw new UsageError("name what to silence: --incident ID, --site SITE or --tag TAG");
  }
  if (incidentId !== null && !isUuid(incidentId)) {
    throw new UsageError(
      `--incident is "${incidentId}": must be an id, as listed by: sitewire incidents list`,
    );
  }
  if (reason.trim() === "") throw new UsageError("--reason is empty: state why");
  const added = await silences.add(silence);
  if (added !== null) return added;
  throw new UsageError(
    "give a duration, such as --for 2h: a silence without one lasts until what it mutes recovers, and none of that is open",
  );
}

/** Ends a silence. Throws `UsageError` for an invalid id, `FailureError` when no active silence has the id. */
export async function endSilence({ silences }: SilenceResources, id: string): Promise<void> {
  refuseNoId(id, "sitewire silences list");
  if (!(await silences.end(id)))
    throw new FailureError(`no active silence has the id ${id}; see: sitewire silences list`);
}

function refuseNoId(id: string, list: string): void {
  if (!isUuid(id)) throw new UsageError(`"${id}" is not an id; see: ${list}`);
}
