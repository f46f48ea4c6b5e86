// Incidents, as every face deals with them.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import {
  actOnIncident,
  listIncidents,
  showIncident,
} from "../../../../src/apps/operations/alerting/incidents.ts";
import { FailureError, UsageError } from "../../../../src/contract/errors.ts";
import { aSite, resultOf } from "../../../services/postgres/repository/ground.ts";
import { openResources } from "../opened.ts";

async function withIncident() {
  const { database } = await openResources();
  const site = aSite();
  await database.results.record([2, 1].map((minutesAgo) => resultOf(site, minutesAgo, { verdict: "down" })));
  const [incident] = await listIncidents(database, { limit: 10 });
  if (incident === undefined) throw new Error("no incident opened");
  return { database, id: incident.id };
}

const ada = (incidentId: string, note: string | null = null) => ({ incidentId, by: "ada", note });

test("an incident is listed, acknowledged, noted and resolved, and its timeline tells all of it", async () => {
  const { database, id } = await withIncident();
  await actOnIncident(database, "acknowledge", ada(id));
  await actOnIncident(database, "note", ada(id.toUpperCase(), "a full disk"));
  await actOnIncident(database, "resolve", ada(id));
  expect(await listIncidents(database, { states: ["open", "acknowledged"], limit: 10 })).toEqual([]);
  const { timeline } = await showIncident(database, id);
  expect(timeline.map(({ step }) => step)).toEqual(["opened", "acknowledged", "noted", "resolved"]);
});

test("what cannot be done is refused in words", async () => {
  const { database, id } = await withIncident();
  await actOnIncident(database, "resolve", ada(id));
  await expect(actOnIncident(database, "acknowledge", ada(id))).rejects.toThrow(
    new FailureError(`cannot acknowledge incident ${id}: it is resolved already`),
  );
  await expect(actOnIncident(database, "note", ada(id, "  "))).rejects.toThrow(UsageError);
  await expect(showIncident(database, "seven")).rejects.toThrow(
    new UsageError('"seven" is not the id of an incident; see: sitewire incidents list'),
  );
  await expect(showIncident(database, randomUUID())).rejects.toThrow(FailureError);
});
