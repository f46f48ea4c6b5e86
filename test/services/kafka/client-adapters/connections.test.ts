import { expect, test } from "vitest";
import {
  dropConnections,
  observeConnections,
  renewConnections,
} from "../../../../src/services/kafka/client-adapters/connections.ts";
import { eventually } from "../../../harness/eventually.ts";
import { aConsumer } from "./a-client.ts";

const socketsOf = (client: ReturnType<typeof aConsumer>) =>
  [...client.connections].map(([, { socket }]) => socket);

test("a client's sockets can be reached through its pool", async () => {
  const client = aConsumer();
  await client.metadata({ topics: [] });
  expect(socketsOf(client).length).toBeGreaterThan(0);
  for (const socket of socketsOf(client)) expect(socket.remotePort).toBeGreaterThan(0);
});

test("a dropped client's sockets are destroyed, and it makes no new ones", async () => {
  const client = aConsumer();
  await client.metadata({ topics: [] });
  const sockets = socketsOf(client);
  dropConnections(client);
  await eventually("all are closed", () => sockets.every(({ destroyed }) => destroyed));
  await expect(client.metadata({ topics: [], forceUpdate: true })).rejects.toThrow();
});

test("a client whose connections are renewed answers over new ones", async () => {
  const client = aConsumer();
  await client.metadata({ topics: [] });
  const before = socketsOf(client);
  renewConnections(client);
  await eventually("the old ones are closed", () => before.every(({ closed }) => closed));
  await eventually("it is answered", () =>
    client.metadata({ topics: [], forceUpdate: true }).then(
      () => true,
      () => false,
    ),
  );
  expect(socketsOf(client).some((socket) => before.includes(socket))).toBe(false);
});

test("who observes a client hears of each connection, and what ended it", async () => {
  const client = aConsumer();
  const heard: string[] = [];
  observeConnections(client, {
    onConnected: () => heard.push("connected"),
    onFailed: (_place, cause) => heard.push(String(cause.cause ?? cause)),
  });
  await client.metadata({ topics: [] });
  expect(heard).toContain("connected");
  const [socket] = socketsOf(client);
  socket?.destroy(new Error("as if the broker had refused it"));
  await eventually("the cause is told", () => heard.join().includes("as if the broker had refused it"));
});
