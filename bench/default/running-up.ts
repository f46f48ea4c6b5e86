/** `sitewire up` as a person starts it, in an empty folder, with sites of one local website. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { z } from "zod";

const servedSchema = z.object({ url: z.url() });
const PROGRAM = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

export interface SiteLoad {
  readonly sites: number;
  readonly every: string;
}

export interface RunningUp {
  readonly pid: number;
  /** From the start of the process to the first result printed, milliseconds; null where no site is due. */
  readonly firstResultMs: number | null;
  /** Null where no dashboard is served. */
  readonly dashboardUrl: string | null;
  query(statement: string): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

export function newFolder(): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), "sitewire-bench-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Resolves once the first result is printed. */
export async function startUp(
  folder: string,
  port: number,
  load: SiteLoad,
  args: readonly string[] = [],
): Promise<RunningUp> {
  const entries = Array.from(
    { length: load.sites },
    (_, site) =>
      `  - { name: s${site}, url: "http://127.0.0.1:${port}/${site}", every: ${load.every}, regexp: "All systems [a-z]+" }`,
  );
  writeFileSync(path.join(folder, "sitewire.yaml"), `sites:\n${entries.join("\n")}\n`);
  const began = performance.now();
  const child = spawn(process.execPath, [PROGRAM, "up", ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, SITEWIRE_SERVER_PORT: "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let dashboardUrl: string | null = null;
  createInterface({ input: child.stderr }).on("line", (line) => {
    if (line.includes('"dashboard served"')) dashboardUrl = servedSchema.parse(JSON.parse(line)).url;
  });
  await firstLine(child);
  const firstResultMs = performance.now() - began;
  return {
    pid: child.pid ?? 0,
    firstResultMs,
    get dashboardUrl() {
      return dashboardUrl;
    },
    async query(statement) {
      const client = new pg.Client({ host: path.join(folder, ".sitewire"), user: "postgres" });
      await client.connect();
      try {
        return (await client.query<Record<string, unknown>>(statement)).rows[0] ?? {};
      } finally {
        await client.end();
      }
    },
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error("no standard output");
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, "exit").then(() => {
    throw new Error("up ended before it printed a result");
  });
  await Promise.race([once(lines, "line"), ended]);
  ended.catch(() => {});
}
