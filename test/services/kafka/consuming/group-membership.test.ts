import { setImmediate } from "node:timers/promises";
import type { GroupAssignment } from "@platformatic/kafka";
import { expect, onTestFinished, test } from "vitest";
import { Cluster } from "../../../../src/services/kafka/connecting/cluster.ts";
import { GroupMembership } from "../../../../src/services/kafka/consuming/group-membership.ts";
import { eventually } from "../../../harness/eventually.ts";
import { sharedKafka } from "../../../harness/shared.ts";
import { aLog, aName, aTopic, settingsFor } from "../ground.ts";

const PARTITIONS = 6;

function aMember(groupId: string, topic: string) {
  let assigned: readonly GroupAssignment[] = [];
  const membership = new GroupMembership({
    cluster: new Cluster(settingsFor(sharedKafka().brokers)),
    groupId,
    instanceId: undefined,
    sessionTimeoutMs: 6_000,
    heartbeatMs: 200,
    log: aLog(),
    onAssigned: (assignments) => {
      assigned = assignments;
    },
    onRevoking: (kept) => {
      assigned = kept;
    },
  });
  membership.subscribe([topic]);
  membership.rejoin();
  onTestFinished(() => membership.leave(5_000));
  return { membership, held: () => assigned.flatMap(({ partitions }) => partitions) };
}

test("asked to join again in the middle of a rebalance, a member leaves no partition in nobody's hands", async () => {
  const topic = await aTopic(sharedKafka().brokers, { partitions: PARTITIONS });
  for (let round = 0; round < 5; round += 1) {
    const groupId = aName("group");
    const first = aMember(groupId, topic);
    await eventually("the first has everything", () => first.held().length === PARTITIONS, {
      timeoutMs: 20_000,
    });
    const second = aMember(groupId, topic);
    // Its generation is another one as soon as its join is answered, before it knows what it is to give up: looked at
    // after every answer, as the moment is short.
    while (first.membership.canCommit) await setImmediate();
    first.membership.rejoin();
    await eventually(
      "they share the partitions",
      () => first.held().length === PARTITIONS / 2 && second.held().length === PARTITIONS / 2,
      { timeoutMs: 20_000 },
    );
    expect(new Set([...first.held(), ...second.held()]).size).toBe(PARTITIONS);
    await second.membership.leave(5_000);
    await first.membership.leave(5_000);
  }
});
