// Whether an address accepts connections.
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { reachAddress } from "../../../src/services/network/reach-address.ts";

test("an address with a listener is reached; once it is closed it is not", async () => {
  const server = createServer((socket) => socket.on("error", () => {}).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const where = `127.0.0.1:${address.port}`;
  const { signal } = new AbortController();
  expect(await reachAddress(where, 5000, signal)).toBe(true);
  await new Promise((resolve) => server.close(resolve));
  expect(await reachAddress(where, 5000, signal)).toBe(false);
});

test("a signal ends the attempt with its reason", async () => {
  const stopped = AbortSignal.abort(new Error("stopped"));
  await expect(reachAddress("127.0.0.1:1", 5000, stopped)).rejects.toThrow("stopped");
});
