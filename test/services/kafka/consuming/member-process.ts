// A group member in a process of its own, to be killed: it takes every batch and is never done with any.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

export interface MemberOptions {
  readonly brokers: string;
  readonly groupId: string;
  readonly topic: string;
  readonly sessionTimeoutMs: number;
}

export interface MemberProcess {
  readonly batchesTaken: number;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

export function startMemberProcess(options: MemberOptions): MemberProcess {
  const script = new URL("./member.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [script, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  let batchesTaken = 0;
  createInterface({ input: child.stdout }).on("line", () => {
    batchesTaken += 1;
  });
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
  };
  onTestFinished(kill);
  return {
    get batchesTaken() {
      return batchesTaken;
    },
    kill,
  };
}
