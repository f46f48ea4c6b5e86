// A server whose line of waiting connections is full: the kernel lets a further one wait for ever.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { onTestFinished } from "vitest";

const PROGRAM = `
  const server = require("node:net").createServer();
  server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    process.send(server.address().port);
  });
`;
const FILLERS_AT_MOST = 20;

/** A port of 127.0.0.1 that neither accepts nor refuses. */
export async function fullPort(): Promise<number> {
  const child = spawn(process.execPath, ["-e", PROGRAM], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const [port] = await once(child, "message");
  if (typeof port !== "number") throw new Error("the server told no port");
  // Stopped, it accepts nothing; the kernel goes on until the line is full.
  child.kill("SIGSTOP");
  for (let filler = 0; filler < FILLERS_AT_MOST; filler += 1) {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.on("error", () => {});
    onTestFinished(() => {
      socket.destroy();
    });
    const connected = await Promise.race([once(socket, "connect").then(() => true), delay(200, false)]);
    if (!connected) return port;
  }
  throw new Error("the server's line never got full");
}
