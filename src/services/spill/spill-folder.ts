/**
 * Keeps results on the local disk between two runs of a monitor: one file per run, one JSON result per line. Files are
 * written under a temporary name, synchronised to disk and then renamed, before `write` returns.
 */
import { randomUUID } from "node:crypto";
import { constants, existsSync } from "node:fs";
import { access, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { type CheckResult, checkResultSchema } from "../../contract/checks/check-result.ts";
import { FailureError, messageOf } from "../../contract/errors.ts";
import type { Log } from "../../core/log.ts";
import type { ResultSpill, SpilledBatch } from "../../core/scheduling/spilled-results.ts";
import { folderTrouble, nearestExisting } from "../process/folder-trouble.ts";

export interface SpillFolderOptions {
  /** Created by the first write. */
  readonly folder: string;
  /** Limit for all files together; a monitor's full buffer takes about twenty million bytes. */
  readonly maxBytes: number;
  readonly log: Log;
}

const EXTENSION = ".ndjson";

export function createSpillFolder(options: SpillFolderOptions): ResultSpill {
  return new SpillFolder(options);
}

class SpillFolder implements ResultSpill {
  readonly #options: SpillFolderOptions;

  constructor(options: SpillFolderOptions) {
    this.#options = options;
  }

  get place(): string {
    return this.#options.folder;
  }

  async assertWritable(): Promise<void> {
    const folder = nearestExisting(this.#options.folder);
    try {
      await access(folder, constants.W_OK | constants.X_OK);
    } catch (error) {
      throw new FailureError(folderTrouble(error, folder), { cause: error });
    }
  }

  async write(results: readonly CheckResult[]): Promise<number> {
    try {
      return await this.#write(results);
    } catch (error) {
      throw new FailureError(folderTrouble(error, this.#options.folder), { cause: error });
    }
  }

  async #write(results: readonly CheckResult[]): Promise<number> {
    const { folder, maxBytes } = this.#options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    let leftBytes = maxBytes - (await this.#usedBytes());
    const lines: Buffer[] = [];
    for (const result of results) {
      const line = Buffer.from(`${JSON.stringify(result)}\n`);
      leftBytes -= line.byteLength;
      if (leftBytes < 0) break;
      lines.push(line);
    }
    if (lines.length === 0) return 0;
    // Unique names that sort by time.
    const name = `${new Date().toISOString().replaceAll(":", "-")}-${randomUUID().slice(0, 8)}`;
    const unfinished = path.join(folder, `${name}.part`);
    await writeDurably(unfinished, Buffer.concat(lines));
    await rename(unfinished, path.join(folder, name + EXTENSION));
    return lines.length;
  }

  async *read(): AsyncIterable<SpilledBatch> {
    for (const file of await this.#files()) {
      const { results, unreadable } = this.#parse(file, await readFile(file, "utf8"));
      const remove = async (): Promise<void> => {
        // Keep unreadable files for inspection.
        if (unreadable === 0) await rm(file, { force: true });
        else await rename(file, `${file}.unreadable`);
      };
      yield { results, remove };
    }
  }

  #parse(file: string, text: string): { results: readonly CheckResult[]; unreadable: number } {
    const results: CheckResult[] = [];
    let unreadable = 0;
    let reason = "";
    for (const line of text.split("\n")) {
      if (line === "") continue;
      try {
        results.push(checkResultSchema.parse(JSON.parse(line)));
      } catch (error) {
        unreadable += 1;
        reason = messageOf(error).replaceAll("\n", " ");
      }
    }
    if (unreadable > 0) {
      this.#options.log.error(
        { file, lines: unreadable, reason },
        "kept results not readable; the file was renamed",
      );
    }
    return { results, unreadable };
  }

  async #usedBytes(): Promise<number> {
    const sizes = await Promise.all((await this.#files()).map(async (file) => (await stat(file)).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  async #files(): Promise<readonly string[]> {
    const { folder } = this.#options;
    if (!existsSync(folder)) return [];
    const names = (await readdir(folder)).filter((name) => name.endsWith(EXTENSION));
    return names.sort().map((name) => path.join(folder, name));
  }
}

async function writeDurably(file: string, bytes: Buffer): Promise<void> {
  const handle = await open(file, "wx", 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
