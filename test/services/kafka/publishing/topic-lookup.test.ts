import { expect, test } from "vitest";
import { TopicLookup } from "../../../../src/services/kafka/publishing/topic-lookup.ts";
import { sharedKafka } from "../../../harness/shared.ts";
import { aName, aTopic, withAdmin } from "../ground.ts";

test("a missing topic costs one request a moment, however many rows are for it, and is found once it exists", async () => {
  const { brokers } = sharedKafka();
  const topic = aName("missing");
  await withAdmin(brokers, async (admin) => {
    let requests = 0;
    const client: Pick<typeof admin, "metadata"> = {
      metadata: ((options: Parameters<typeof admin.metadata>[0]) => {
        requests += 1;
        return admin.metadata(options);
      }) as typeof admin.metadata,
    };
    const lookup = new TopicLookup();
    const { signal } = new AbortController();
    const missing = { refusal: "UNKNOWN_TOPIC_OR_PARTITION" };
    expect(await lookup.find(client, topic, signal)).toEqual(missing);
    const before = requests;
    for (let row = 0; row < 1_000; row += 1)
      expect(await lookup.find(client, topic, signal)).toEqual(missing);
    expect(requests - before).toBeLessThan(10);
    expect(await lookup.find(client, await aTopic(brokers, { partitions: 5 }), signal)).toEqual({
      partitions: 5,
    });
  });
});
