// Everything the database is to core.
import { describe, expect, test } from "vitest";
import { cutOffLocationTests } from "./cut-off-locations.ts";
import { deliveryTests } from "./deliveries.ts";
import { eventLogTests } from "./event-log.ts";
import { expiryTests } from "./expiry.ts";
import { type OpenGround, repositoryGround } from "./ground.ts";
import { idempotencyTests } from "./idempotency.ts";
import { incidentHistoryTests } from "./incident-history.ts";
import { incidentParentTests } from "./incident-parents.ts";
import { incidentTests } from "./incidents.ts";
import { laneTests } from "./lanes.ts";
import { maintenanceTests } from "./maintenance.ts";
import { observationTests } from "./observation.ts";
import { outboxTests } from "./outbox.ts";
import { recordingTests } from "./recording.ts";
import { reportingTests } from "./reporting.ts";
import { resultTests } from "./results.ts";
import { siteShardTests } from "./site-shards.ts";
import { siteTests } from "./sites.ts";
import { statusPageTests } from "./status-pages.ts";

export function describeRepository(open: () => Promise<OpenGround>): void {
  const ground = repositoryGround(open);
  describe("migrations", () => {
    test("are applied once", async () => {
      expect(await ground.database.migrate()).toEqual([]);
    });
  });
  describe("results", () => resultTests(ground));
  describe("recording", () => recordingTests(ground));
  describe("sites", () => siteTests(ground));
  describe("shards of sites", () => siteShardTests(ground));
  describe("the outbox", () => outboxTests(ground));
  describe("lanes", () => laneTests(ground));
  describe("the database as event log", () => eventLogTests(ground));
  describe("reporting", () => reportingTests(ground));
  describe("incidents", () => incidentTests(ground));
  describe("incidents behind incidents", () => incidentParentTests(ground));
  describe("a location that is cut off", () => cutOffLocationTests(ground));
  describe("expiry", () => expiryTests(ground));
  describe("a history of incidents", () => incidentHistoryTests(ground));
  describe("observation", () => observationTests(ground));
  describe("deliveries", () => deliveryTests(ground));
  describe("idempotency keys", () => idempotencyTests(ground));
  describe("status pages", () => statusPageTests(ground));
  describe("maintenance", () => maintenanceTests(ground));
}
