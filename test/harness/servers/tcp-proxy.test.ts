import { once } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../eventually.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

interface Ground {
  readonly proxy: TcpProxy;
  /** What the server behind the proxy has received, all connections together. */
  readonly received: () => string;
  readonly connect: () => Promise<Socket>;
}

async function anEchoBehindAProxy(): Promise<Ground> {
  let text = "";
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (data) => {
      text += data.toString();
      socket.write(data);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const targetPort = typeof address === "object" && address !== null ? address.port : 0;
  const proxy = await startTcpProxy({ targetHost: "127.0.0.1", targetPort });
  onTestFinished(async () => {
    await proxy.stop();
    server.close();
  });
  const connect = async (): Promise<Socket> => {
    const socket = createConnection({ host: "127.0.0.1", port: proxy.port });
    socket.on("error", () => {});
    await once(socket, "connect");
    return socket;
  };
  return { proxy, received: () => text, connect };
}

/** Unlike `once`, it takes a reset as a way to close. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once("close", () => resolve());
  });
}

test("what is sent through the proxy arrives, and the answer comes back", async () => {
  const { connect } = await anEchoBehindAProxy();
  const socket = await connect();
  socket.write("hello");
  const [answer] = await once(socket, "data");
  expect(String(answer)).toBe("hello");
});

test("a cut resets connections, old and new, until it is healed", async () => {
  const { proxy, connect, received } = await anEchoBehindAProxy();
  const socket = await connect();
  const closed = closing(socket);
  proxy.cut();
  await closed;
  const second = createConnection({ host: "127.0.0.1", port: proxy.port });
  second.on("error", () => {});
  await closing(second);
  await eventually("no connection is left", () => proxy.connections === 0);
  proxy.heal();
  (await connect()).write("again");
  await eventually("the server is reached again", () => received() === "again");
});

test("a stall holds everything back and loses nothing", async () => {
  const { proxy, connect, received } = await anEchoBehindAProxy();
  const socket = await connect();
  socket.write("before ");
  await once(socket, "data");
  proxy.stall();
  socket.write("held ");
  socket.end("back");
  await once(socket, "finish");
  expect(received()).toBe("before ");
  proxy.heal();
  await eventually("all of it arrives in order", () => received() === "before held back");
});

test("a delay keeps the order", async () => {
  const { proxy, connect, received } = await anEchoBehindAProxy();
  const socket = await connect();
  proxy.delay(20);
  for (const digit of "0123456789") socket.write(digit);
  await eventually("everything arrives", () => received().length === 10);
  expect(received()).toBe("0123456789");
});

test("stranded connections stand still while new ones pass, and what was sent still arrives", async () => {
  const { proxy, connect, received } = await anEchoBehindAProxy();
  const old = await connect();
  proxy.strand();
  old.write("late");
  await eventually("it is on its way", () => old.bytesWritten === 4 && old.writableLength === 0);
  const young = await connect();
  young.write("early ");
  await once(young, "data");
  old.resetAndDestroy();
  await closing(old);
  proxy.heal();
  await eventually("the late one arrives last", () => received() === "early late");
});
