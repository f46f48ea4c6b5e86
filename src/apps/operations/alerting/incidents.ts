/** Lists and shows incidents, and applies the steps that people take. */
import { FailureError, UsageError } from "../../../contract/errors.ts";
import { isUuid } from "../../../contract/identity.ts";
import type {
  Incident,
  IncidentFilter,
  IncidentStore,
  PersonalStep,
  ShownIncident,
  StepOutcome,
} from "../../../core/incidents/ports.ts";

interface IncidentResources {
  readonly incidents: IncidentStore;
}

/** Returns incidents, newest first. Throws `UnavailableError`. */
export async function listIncidents(
  { incidents }: IncidentResources,
  filter: IncidentFilter,
): Promise<readonly Incident[]> {
  return await incidents.list(filter);
}

/** Returns an incident with timeline and evidence. Throws `UsageError` for an invalid id, `FailureError` for an unknown one. */
export async function showIncident({ incidents }: IncidentResources, id: string): Promise<ShownIncident> {
  return (await incidents.show(checkedId(id))) ?? unknown(id);
}

export type PersonalAction = "acknowledge" | "note" | "resolve";

/**
 * Applies a person's step to an incident. Throws `UsageError` for an invalid id or an empty note, `FailureError` when the
 * incident is unknown or its state does not allow the step.
 */
export async function actOnIncident(
  { incidents }: IncidentResources,
  action: PersonalAction,
  { incidentId, by, note }: PersonalStep,
): Promise<Incident> {
  if (action === "note" && (note ?? "").trim() === "") throw new UsageError("the note is empty");
  const outcome = await incidents[action]({ incidentId: checkedId(incidentId), by, note });
  return incidentOf(outcome, action, incidentId);
}

function incidentOf(outcome: StepOutcome, action: PersonalAction, id: string): Incident {
  switch (outcome.kind) {
    case "done":
      return outcome.incident;
    case "unknown incident":
      return unknown(id);
    case "not now":
      throw new FailureError(`cannot ${action} incident ${id}: it is ${outcome.incident.state} already`);
    default:
      return outcome satisfies never;
  }
}

function checkedId(id: string): string {
  if (isUuid(id)) return id.toLowerCase();
  throw new UsageError(`"${id}" is not the id of an incident; see: sitewire incidents list`);
}

function unknown(id: string): never {
  throw new FailureError(`there is no incident ${id}; see: sitewire incidents list`);
}
