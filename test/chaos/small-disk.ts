// A disk small enough to run full: a file system in memory, where the system lets us mount one.
import { execFile, spawnSync } from "node:child_process";
import { open, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { removeFolder, temporaryFolder } from "../harness/temporary-folder.ts";

const MEBIBYTE = 1024 * 1024;

export interface SmallDisk {
  readonly folder: string;
  /** Leaves no byte on it. */
  fill(): Promise<void>;
  /** Takes back what `fill` took. */
  free(): Promise<void>;
  remove(): Promise<void>;
}

/** @returns null where mounting is not allowed: it takes root. */
export async function mountSmallDisk(sizeMib: number): Promise<SmallDisk | null> {
  const folder = await temporaryFolder("small-disk");
  try {
    const options = `size=${sizeMib}m,mode=0755`;
    await promisify(execFile)("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]);
  } catch {
    await removeFolder(folder);
    return null;
  }
  const unmount = () => spawnSync("umount", ["--lazy", folder]);
  process.once("exit", unmount);
  const filler = path.join(folder, "filler");
  return {
    folder,
    async fill() {
      const file = await open(filler, "w");
      try {
        for (const chunk of [Buffer.alloc(MEBIBYTE), Buffer.alloc(4096)]) {
          while (await fits(file.write(chunk)));
        }
      } finally {
        await file.close();
      }
    },
    free: () => rm(filler, { force: true }),
    async remove() {
      process.off("exit", unmount);
      unmount();
      await removeFolder(folder);
    },
  };
}

async function fits(write: Promise<{ readonly bytesWritten: number }>): Promise<boolean> {
  try {
    return (await write).bytesWritten > 0;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") return false;
    throw error;
  }
}
