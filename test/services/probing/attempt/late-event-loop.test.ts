// What this process does with its event loop is not the site's time.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { type CheckResult, checkResultSchema } from "../../../../src/contract/checks/check-result.ts";
import { tcpServer } from "../servers.ts";

const PROGRAM = new URL("./pausable-check.ts", import.meta.url).pathname;
const BLOCK_MS = 400;

/** Checks a server that answers after 20 ms, while the checking process is busy for `blockMs`. */
async function resultOfBusyProcess(blockMs: number, options: object = {}): Promise<CheckResult> {
  const child = fork(PROGRAM, { execArgv: [] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const port = await tcpServer((socket) => {
    socket.once("data", async () => {
      if (blockMs > 0) child.send({ blockMs });
      await delay(20);
      socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    });
  });
  // The first one, in which the process loads and compiles its own code, does not count.
  const plainPort = await tcpServer((socket) => socket.end("HTTP/1.1 204 No Content\r\n\r\n"));
  await resultFrom(child, plainPort, {});
  return await resultFrom(child, port, options);
}

async function resultFrom(child: ChildProcess, port: number, options: object): Promise<CheckResult> {
  child.send({ url: `http://127.0.0.1:${port}/`, intervalMs: 60_000, timeoutMs: 10_000, options });
  const [message] = await once(child, "message");
  return z.object({ result: checkResultSchema }).parse(message).result;
}

test("a time that holds this process's own work says how much of it that may be", async () => {
  const { timings, timingUncertaintyMs, verdict } = await resultOfBusyProcess(BLOCK_MS);
  expect(verdict).toBe("up");
  expect(timings?.totalMs).toBeGreaterThan(BLOCK_MS - 50);
  expect(timingUncertaintyMs).toBeGreaterThan(BLOCK_MS - 100);
  expect(timingUncertaintyMs).toBeLessThanOrEqual(timings?.totalMs ?? 0);
});

test("no site is called slow for it", async () => {
  const { verdict, error } = await resultOfBusyProcess(BLOCK_MS, { responseTimeBelowMs: BLOCK_MS - 50 });
  expect([verdict, error]).toEqual(["up", null]);
});
