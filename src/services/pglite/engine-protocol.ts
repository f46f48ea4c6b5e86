/** What the thread of an engine and its owner say to each other. */
import type { MessagePort } from "node:worker_threads";

/** Given to the thread when it starts. */
export interface EngineStart {
  readonly databaseFolder: string;
  /** Where clients of other processes come in; null for none. */
  readonly socketPath: string | null;
}

export type ToEngine =
  | { readonly kind: "client"; readonly port: MessagePort }
  /** End in good order. */
  | { readonly kind: "stop" };

export type FromEngine =
  | { readonly kind: "serving" }
  /** The socket can't be made; serving goes on without. */
  | { readonly kind: "unreachable"; readonly reason: string }
  /** A checkpoint or vacuuming failed; it is tried again. */
  | { readonly kind: "untidy"; readonly reason: string }
  /** Could not start; the thread ends. */
  | { readonly kind: "failed"; readonly reason: string }
  /** PostgreSQL gave up (a full disk, most likely); the thread ends and the folder is recovered by the next. */
  | { readonly kind: "panic"; readonly reason: string }
  | { readonly kind: "stopped" };
