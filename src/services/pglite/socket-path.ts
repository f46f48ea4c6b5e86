/** Where the owner of a folder listens for commands beside it. */
import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** What every system takes as a unix socket's path, the closing zero included (macOS; Linux has 108). */
const LONGEST_PATH_BYTES = 104;

/** In the folder; where its path is too long for a socket, in the system's temporary folder. The folder must exist. */
export function socketPathOf(folder: string): string {
  const real = realpathSync(folder);
  const name = `sitewire-${createHash("sha256").update(real).digest("hex").slice(0, 16)}`;
  if (process.platform === "win32") return `\\\\.\\pipe\\${name}`;
  const inside = path.join(real, "socket");
  return Buffer.byteLength(inside) < LONGEST_PATH_BYTES ? inside : path.join(tmpdir(), `${name}.socket`);
}
