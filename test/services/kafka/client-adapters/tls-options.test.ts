import { expect, test } from "vitest";
import { Consumer } from "../../../../src/services/kafka/client-adapters/client.ts";
import { Cluster } from "../../../../src/services/kafka/connecting/cluster.ts";
import { freePorts } from "../../../harness/free-ports.ts";
import { aName, settingsFor } from "../ground.ts";

test("the client reads its TLS options at each connection: a renewed certificate needs no restart", async () => {
  const [port] = await freePorts(1);
  let reads = 0;
  const consumer = new Consumer({
    ...new Cluster(settingsFor(`localhost:${port}`)).clientOptions(5_000),
    groupId: aName("group"),
    tls: {
      get ca() {
        reads += 1;
        return "";
      },
    },
  });
  await consumer.metadata({ topics: [] }).catch(() => {});
  const afterTheFirst = reads;
  expect(afterTheFirst).toBeGreaterThan(0);
  await consumer.metadata({ topics: [] }).catch(() => {});
  expect(reads).toBeGreaterThan(afterTheFirst);
});
