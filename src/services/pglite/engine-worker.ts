/**
 * The thread in which the embedded database runs. PGlite computes, and waits for the disk, on the thread it is called
 * on: here it holds up nobody's checks.
 */
import { rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { messageOf } from "../../contract/errors.ts";
import { startEngine } from "./engine.ts";
import type { EngineStart, FromEngine, ToEngine } from "./engine-protocol.ts";
import { startHousekeeping } from "./housekeeping.ts";
import { PortStream } from "./port-stream.ts";
import { WireServer } from "./wire-server.ts";

const IDLE_IN_TRANSACTION_MS = 30_000;
const HOUSEKEEPING_EVERY_MS = 20_000;

if (parentPort !== null) await serve(workerData);

async function serve({ databaseFolder, socketPath }: EngineStart): Promise<void> {
  const tell = (message: FromEngine): void => parentPort?.postMessage(message);
  try {
    const engine = await startEngine(databaseFolder);
    const onPanic = (reason: string): void => tell({ kind: "panic", reason });
    const server = new WireServer({ engine, onPanic, idleInTransactionMs: IDLE_IN_TRANSACTION_MS });
    const onFailure = (reason: string): void => tell({ kind: "untidy", reason });
    const stopHousekeeping = startHousekeeping({ server, everyMs: HOUSEKEEPING_EVERY_MS, onFailure });
    const listening = socketPath === null ? null : await listen(server, socketPath, tell);
    parentPort?.on("message", async (message: ToEngine) => {
      if (message.kind === "client") return server.serve(new PortStream(message.port));
      stopHousekeeping();
      listening?.close();
      await server.close();
      await engine.close();
      tell({ kind: "stopped" });
    });
    tell({ kind: "serving" });
  } catch (error) {
    tell({ kind: "failed", reason: messageOf(error) });
  }
}

/** Not every file system holds sockets: without one, only commands beside this process lose something. */
async function listen(
  server: WireServer,
  socketPath: string,
  tell: (message: FromEngine) => void,
): Promise<Server | null> {
  try {
    // Whoever left it is gone: the folder's lock says so.
    if (process.platform !== "win32") rmSync(socketPath, { force: true });
    return await listenAt(server, socketPath);
  } catch (error) {
    tell({ kind: "unreachable", reason: messageOf(error) });
    return null;
  }
}

async function listenAt(server: WireServer, socketPath: string): Promise<Server> {
  const listening = createServer((socket) => server.serve(socket));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  listening.once("error", reject);
  listening.listen({ path: socketPath, readableAll: false, writableAll: false }, resolve);
  await promise;
  listening.off("error", reject);
  listening.on("error", () => {});
  return listening;
}
