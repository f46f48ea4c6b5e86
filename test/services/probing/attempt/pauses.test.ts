// The monitor's own trouble is never the site's: a real process is stopped, or blocked, in the middle of a check.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { checkResultSchema } from "../../../../src/contract/checks/check-result.ts";
import { tcpServer } from "../servers.ts";

const PROGRAM = new URL("./pausable-check.ts", import.meta.url).pathname;
const messageSchema = z.object({ result: checkResultSchema.nullable() });
const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

function checkingProcess(): ChildProcess {
  const child = fork(PROGRAM, { execArgv: [] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

interface Order {
  readonly url: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

async function resultOf(child: ChildProcess, order: Order) {
  child.send(order);
  const [message] = await once(child, "message");
  return messageSchema.parse(message).result;
}

/** Stops the process when its first request has come, lets the server do its work, and continues it later. */
async function stopInMidCheck(
  pauseMs: number,
  serve: (socket: Socket) => void,
  { intervalMs = 60_000 } = {},
) {
  const child = checkingProcess();
  let requests = 0;
  const port = await tcpServer((socket) => {
    socket.once("data", async () => {
      requests += 1;
      if (requests > 1) {
        socket.end(OK);
        return;
      }
      child.kill("SIGSTOP");
      serve(socket);
      await delay(pauseMs);
      child.kill("SIGCONT");
    });
  });
  return await resultOf(child, { url: `http://127.0.0.1:${port}/`, intervalMs, timeoutMs: 5000 });
}

// All at once, since the pauses are long.
test("a check whose process was stopped has the site's real answer or no result, and is never down", async () => {
  const answers = (socket: Socket) => socket.end(OK);
  const losesPatience = (socket: Socket) => socket.resetAndDestroy();
  const [short, long, impatient, slotOver] = await Promise.all([
    stopInMidCheck(6000, answers),
    stopInMidCheck(20_000, answers),
    stopInMidCheck(6000, losesPatience),
    stopInMidCheck(6000, losesPatience, { intervalMs: 10_000 }),
  ]);
  const real = { verdict: "up", attempts: 1, statusCode: 200 };
  expect([short, long, impatient]).toMatchObject([real, real, real]);
  expect(long?.responseTimeMs).toBeLessThan(5000);
  expect(slotOver).toBeNull();
}, 60_000);

test("an answer that came while the process was busy was in time", async () => {
  const child = checkingProcess();
  let requests = 0;
  const port = await tcpServer((socket) => {
    socket.once("data", async () => {
      requests += 1;
      child.send({ blockMs: 900 });
      await delay(100);
      socket.end(OK);
    });
  });
  const order = { url: `http://127.0.0.1:${port}/`, intervalMs: 60_000, timeoutMs: 500 };
  expect(await resultOf(child, order)).toMatchObject({ verdict: "up", attempts: 1 });
  expect(requests).toBe(1);
});
