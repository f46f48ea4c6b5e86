// The built dashboard that the server serves: built anew when a source file is newer than it.
import { execFile } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const root = path.join(import.meta.dirname, "..", "..", "..");
const buildTimeoutMs = 120_000;

/** Makes sure that dist/dashboard is what dashboard/ says. */
export async function ensureDashboardBuilt(): Promise<void> {
  const builtAtMs = await modifiedAtMs(path.join(root, "dist", "dashboard", "index.html"));
  const sources = await readdir(path.join(root, "dashboard"), { recursive: true });
  const changedAtMs = await Promise.all(
    sources.map((name) => modifiedAtMs(path.join(root, "dashboard", name))),
  );
  if (Math.max(...changedAtMs) < builtAtMs) return;
  await promisify(execFile)("npm", ["run", "--silent", "build:dashboard"], {
    cwd: root,
    timeout: buildTimeoutMs,
  });
}

/** 0 when there is no such file. */
async function modifiedAtMs(file: string): Promise<number> {
  const found = await stat(file).catch(() => null);
  return found?.mtimeMs ?? 0;
}
