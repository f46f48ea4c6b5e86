import { expect, test } from "vitest";
import {
  actAs,
  actAsNobody,
  listenToMember,
  memberState,
  sendsHeartbeats,
} from "../../../../src/services/kafka/client-adapters/group-member.ts";
import { eventually } from "../../../harness/eventually.ts";
import { sharedKafka } from "../../../harness/shared.ts";
import { aName, aTopic } from "../ground.ts";
import { aConsumer } from "./a-client.ts";

async function aMember(groupId: string, topic: string) {
  // The coordinator of a new group is not available at once.
  const consumer = aConsumer(groupId, { heartbeatInterval: 100, retries: 20, retryDelay: 100 });
  const heard: string[] = [];
  const assignments: unknown[] = [];
  listenToMember(consumer, {
    onRebalance: () => heard.push("rebalance"),
    onJoined: (_member, given) => {
      heard.push("joined");
      assignments.push(given);
    },
    onHeartbeat: () => heard.push("heartbeat"),
    onGivenUp: () => heard.push("given up"),
  });
  consumer.topics.trackAll(topic);
  return { consumer, heard, assignments };
}

test("before it joins, a client is no member, holds nothing and sends no heartbeats", () => {
  const consumer = aConsumer();
  expect(memberState(consumer)).toEqual({ membership: null, generationId: 0, assignments: null });
  expect(sendsHeartbeats(consumer)).toBe(false);
});

test("a member knows who it is and what it holds, and sends heartbeats until it joins anew by itself", async () => {
  const topic = await aTopic(sharedKafka().brokers, { partitions: 2 });
  const groupId = aName("group");
  const first = await aMember(groupId, topic);
  await first.consumer.joinGroup({});
  const before = memberState(first.consumer);
  expect(before.assignments).toEqual([{ topic, partitions: [0, 1] }]);
  expect(first.assignments.at(-1)).toBe(before.assignments);
  expect(sendsHeartbeats(first.consumer)).toBe(true);
  await eventually("a heartbeat is answered", () => first.heard.includes("heartbeat"));
  expect(memberState(first.consumer).assignments).toBe(before.assignments);

  const stopped: boolean[] = [];
  first.consumer.on("consumer:group:rebalance", () => stopped.push(sendsHeartbeats(first.consumer)));
  const second = await aMember(groupId, topic);
  const joined = second.consumer.joinGroup({});
  await eventually(
    "the first joins anew",
    () => first.heard.filter((event) => event === "joined").length > 1,
    {
      timeoutMs: 20_000,
    },
  );
  await joined;
  expect(first.heard).toContain("rebalance");
  expect(stopped).toContain(false);
  // A new list for each sharing out: that is how the first half of a cooperative rebalance is noticed.
  expect(memberState(first.consumer).assignments).not.toBe(before.assignments);
  expect(memberState(first.consumer).generationId).toBeGreaterThan(before.generationId);
  await eventually(
    "they share the partitions",
    () =>
      [first, second].every(
        ({ consumer }) => memberState(consumer).assignments?.[0]?.partitions.length === 1,
      ),
    { timeoutMs: 20_000 },
  );
  await first.consumer.leaveGroup();
  await second.consumer.leaveGroup();
});

test("a client that never joined commits in a member's name, and closing it leaves the member in the group", async () => {
  const topic = await aTopic(sharedKafka().brokers, { partitions: 1 });
  const groupId = aName("group");
  const { consumer } = await aMember(groupId, topic);
  await consumer.joinGroup({});
  const { membership } = memberState(consumer);
  if (membership === null) throw new Error("not a member");
  const committer = aConsumer(groupId);
  const offsets = [{ topic, partition: 0, offset: 5n, leaderEpoch: -1 }];
  await expect(
    (async () => {
      actAs(committer, { ...membership, generationId: membership.generationId + 1 });
      await committer.commit({ offsets });
    })(),
  ).rejects.toThrow();
  actAs(committer, membership);
  await committer.commit({ offsets });
  const found = await committer.listCommittedOffsets({ topics: [{ topic, partitions: [0] }] });
  expect(found.get(topic)).toEqual([5n]);
  actAsNobody(committer);
  await committer.close();
  await consumer.commit({ offsets: [{ topic, partition: 0, offset: 6n, leaderEpoch: -1 }] });
  await consumer.leaveGroup();
});
