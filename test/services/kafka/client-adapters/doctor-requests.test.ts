import { expect, test } from "vitest";
import { brokerErrorNames } from "../../../../src/services/kafka/client-adapters/client-errors.ts";
import {
  allowedOperations,
  heartbeatOfNobody,
  tryToCreateTopic,
} from "../../../../src/services/kafka/client-adapters/doctor-requests.ts";
import { sharedKafka } from "../../../harness/shared.ts";
import { aName, aTopic, withAdmin } from "../ground.ts";
import { aConnection } from "./a-client.ts";

test("the broker tells what may be done with a topic", async () => {
  const topic = await aTopic(sharedKafka().brokers);
  expect(await allowedOperations(await aConnection(), topic)).toEqual({ read: true, write: true });
});

test("trying to create a topic creates none", async () => {
  const name = aName("tried");
  await tryToCreateTopic(await aConnection(), { name, partitions: 2, replicationFactor: 1 }, 5_000);
  expect(await withAdmin(sharedKafka().brokers, (admin) => admin.listTopics())).not.toContain(name);
});

test("a topic that could not be created is refused with the broker's reason", async () => {
  const impossible = { name: aName("tried"), partitions: 2, replicationFactor: 90 };
  const error = await tryToCreateTopic(await aConnection(), impossible, 5_000).catch(
    (reason: unknown) => reason,
  );
  expect(brokerErrorNames(error)).toContain("INVALID_REPLICATION_FACTOR");
});

test("a heartbeat of a member that nobody knows is answered with that", async () => {
  const error = await heartbeatOfNobody(await aConnection(), aName("group"), "nobody").catch(
    (reason: unknown) => reason,
  );
  expect(["UNKNOWN_MEMBER_ID", "NOT_COORDINATOR", "COORDINATOR_NOT_AVAILABLE"]).toContain(
    brokerErrorNames(error)[0],
  );
});
