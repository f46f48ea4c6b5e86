/** The searching thread. It reports when a search begins, so start-up time does not count as search time. */
import { parentPort } from "node:worker_threads";
import { searchResponse } from "../../core/checking/judging/searching.ts";
import type { SearchMessage, SearchRequest } from "./search-messages.ts";

const port = parentPort;
if (port === null) throw new Error("search-worker.ts runs as a worker thread only");

const tell = (message: SearchMessage): void => port.postMessage(message);

port.on("message", ({ response, expectations }: SearchRequest) => {
  tell({ kind: "began", cpuMicroseconds: process.threadCpuUsage() });
  try {
    tell({ kind: "found", outcome: searchResponse(response, expectations) });
  } catch (error) {
    tell({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
  }
});
