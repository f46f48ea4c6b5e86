/** A folder whose database runs in this process. */
import { rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import path from "node:path";
import type { Duplex } from "node:stream";
import { FailureError } from "../../contract/errors.ts";
import { startEngine } from "./engine.ts";
import type { FolderLock } from "./folder-lock.ts";
import { socketPathOf } from "./socket-path.ts";
import { WireServer } from "./wire-server.ts";

const DATABASE = "database";

export interface OwnedFolder {
  /** Serves one client of this process. */
  serve(stream: Duplex): void;
  /** Ends the database in good order and gives the folder up. */
  close(): Promise<void>;
}

/** `listen` also serves other processes. Throws `FailureError` when the database can't be started. */
export async function ownFolder(
  folder: string,
  lock: FolderLock,
  { listen }: { readonly listen: boolean },
): Promise<OwnedFolder> {
  try {
    const engine = await startEngine(path.join(folder, DATABASE));
    const server = new WireServer(engine);
    const listening = listen ? await listenFor(server, socketPathOf(folder)) : null;
    return {
      serve: (stream) => server.serve(stream),
      async close() {
        listening?.close();
        await server.close();
        await engine.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    const reason = error instanceof Error ? error.message : String(error);
    throw new FailureError(`the database in ${folder} can't be started: ${reason}`, { cause: error });
  }
}

async function listenFor(server: WireServer, socketPath: string): Promise<Server> {
  // Whoever left it is gone: the folder's lock says so.
  if (process.platform !== "win32") rmSync(socketPath, { force: true });
  const listening = createServer((socket) => server.serve(socket));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  listening.once("error", reject);
  listening.listen({ path: socketPath, readableAll: false, writableAll: false }, resolve);
  await promise;
  listening.on("error", () => {});
  return listening;
}
