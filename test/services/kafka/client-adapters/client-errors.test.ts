import { ProtocolError, ResponseError } from "@platformatic/kafka";
import { expect, test } from "vitest";
import { Consumer } from "../../../../src/services/kafka/client-adapters/client.ts";
import {
  brokerDetail,
  brokerError,
  brokerErrorNames,
  errorTree,
  failedPlace,
  hasBrokerError,
  isClosedConnection,
  isNetworkFailure,
  isTimeout,
  isUnknownErrorCode,
  isUnknownTopic,
  needsRejoin,
  passesByItself,
  saysOnlyThatItWasClosed,
} from "../../../../src/services/kafka/client-adapters/client-errors.ts";
import { renewConnections } from "../../../../src/services/kafka/client-adapters/connections.ts";
import { Cluster } from "../../../../src/services/kafka/connecting/cluster.ts";
import { freePorts } from "../../../harness/free-ports.ts";
import { aName, settingsFor } from "../ground.ts";
import { aConsumer } from "./a-client.ts";
import { aStalledServer } from "./a-stalled-server.ts";

async function errorOf(attempt: Promise<unknown>): Promise<unknown> {
  return await attempt.then(
    () => expect.fail("it did not fail"),
    (error: unknown) => error,
  );
}

test("a topic that does not exist is recognised in the client's error", async () => {
  const error = await errorOf(aConsumer().metadata({ topics: [aName("missing")] }));
  expect(isUnknownTopic(error)).toBe(true);
  expect(isNetworkFailure(error)).toBe(false);
});

test("the broker's error names are found inside the client's errors", () => {
  const error = new ResponseError(1, 17, { "/a": [6, null], "/b": [29, "ask for it"] }, null);
  expect(brokerErrorNames(error)).toEqual(["NOT_LEADER_OR_FOLLOWER", "TOPIC_AUTHORIZATION_FAILED"]);
  expect(hasBrokerError(error, "TOPIC_AUTHORIZATION_FAILED")).toBe(true);
  expect(brokerDetail(error)).toBe("ask for it");
  expect(passesByItself(error)).toBe(true);
  expect(passesByItself(new ProtocolError(29))).toBe(false);
  expect(needsRejoin(new ProtocolError("UNKNOWN_MEMBER_ID"))).toBe(true);
  expect(needsRejoin(new ProtocolError("NOT_COORDINATOR"))).toBe(false);
});

test("a port where nothing listens is a network failure that names the place", async () => {
  const [port] = await freePorts(1);
  const cluster = new Cluster(settingsFor(`localhost:${port}`));
  const consumer = new Consumer({ ...cluster.clientOptions(5_000), groupId: aName("group") });
  const error = await errorOf(consumer.metadata({ topics: [] }));
  expect(isNetworkFailure(error)).toBe(true);
  expect(failedPlace(errorTree(error))).toBe(`localhost:${port}`);
});

test("a request whose connection ends under way learns that it was closed", async () => {
  const consumer = aConsumer();
  await consumer.metadata({ topics: [] });
  const asked = errorOf(consumer.metadata({ topics: [], forceUpdate: true }));
  setImmediate(() => renewConnections(consumer));
  const error = await asked;
  expect(saysOnlyThatItWasClosed(error)).toBe(true);
  expect(errorTree(error).some(isClosedConnection)).toBe(true);
});

test("a broker that accepts and never answers is a timeout", async () => {
  const cluster = new Cluster(settingsFor(await aStalledServer()));
  const consumer = new Consumer({ ...cluster.clientOptions(200), groupId: aName("group") });
  const error = await errorOf(consumer.metadata({ topics: [] }));
  expect(errorTree(error).some(isTimeout)).toBe(true);
});

test("every error code gives an error, also one that the client does not know", () => {
  for (let code = -1; code < 200; code += 1) expect(brokerError(code)).toBeInstanceOf(Error);
  expect(brokerError(31_999).message).toContain("error code 31999");
  expect(isUnknownErrorCode(brokerError(31_999))).toBe(true);
  expect(isUnknownErrorCode(brokerError(6))).toBe(false);
});

test("an error code that the client does not know is recognised in the client's own error", () => {
  const error = (() => {
    try {
      return new ResponseError(3, 12, { "/": [31_999, null] }, null);
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(errorTree(error).some(isUnknownErrorCode)).toBe(true);
});
